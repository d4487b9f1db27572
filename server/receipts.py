"""``python -m server receipts verify FILE [--keys KEYS]``: whether receipts of the grid app are ours and say what they said.
FILE holds receipts, one JSON object a line or one array; KEYS what ``/grid/keys`` answers. Without KEYS they are verified by
the key file of this installation. Needs neither the database nor a network."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import msgspec

from models.base.keys import Keyring
from models.sync.receipt import Receipt, ReceiptSigner, verified
from server.settings import Settings, SettingsError

GOOD, BAD = 0, 1
"""What the command exits with."""


def declare(commands: Any) -> None:
    """Add ``receipts verify`` to the command line."""
    receipts = commands.add_parser("receipts", help="receipts of the grid app")
    works = receipts.add_subparsers(dest="receipts", required=True)
    check = works.add_parser("verify", help="whether receipts were signed by us and say what they said")
    check.add_argument("file", type=Path, help="receipts, one a line or one JSON array")
    check.add_argument("--keys", type=Path, help="public keys as /grid/keys gives them")


def run(settings: Settings, options: argparse.Namespace, out: TextIO = sys.stdout) -> int:
    """Verify every receipt of the file, a line each; 0 when all are good. Raises KeyFileError and SettingsError."""
    public = _public(settings, options.keys)
    receipts = _receipts(options.file)
    bad = 0
    for receipt in receipts:
        good = verified(receipt, public)
        bad += not good
        out.write(_line(receipt, good=good) + "\n")
    verdict = "全部有效。/ all good." if not bad else f"{bad} 张无效。/ {bad} not valid."
    out.write(f"共 {len(receipts)} 张回执，{verdict}\n")
    return BAD if bad or not receipts else GOOD


def _public(settings: Settings, keys: Path | None) -> Mapping[str, str]:
    if keys is None:
        return ReceiptSigner(Keyring.load(settings.keys, create=False)).public
    return _decoded(keys, dict[str, str])


def _receipts(file: Path) -> list[Receipt]:
    try:
        content = file.read_bytes()
        if content.lstrip().startswith(b"["):
            return msgspec.json.decode(content, type=list[Receipt])
        return [msgspec.json.decode(line, type=Receipt) for line in content.splitlines() if line.strip()]
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(f"无法读取回执文件 {file}：{error}（cannot read receipts）") from error


def _decoded(file: Path, shape: Any) -> Any:
    try:
        return msgspec.json.decode(file.read_bytes(), type=shape)
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(f"无法读取公钥文件 {file}：{error}（cannot read keys）") from error


def _line(receipt: Receipt, *, good: bool) -> str:
    try:
        said = receipt.said()
        told = f"{said.id}  {said.became}  {said.at}  {said.account}"
    except msgspec.DecodeError:
        told = receipt.text[:80]
    return f"{'有效 / good' if good else '无效 / BAD '}  {told}"
