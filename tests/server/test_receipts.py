"""``python -m server receipts verify``: off line, by the key file or by published keys."""

from __future__ import annotations

import io
from argparse import Namespace

import msgspec
import pytest

from models.base.keys import Keyring
from models.sync.receipt import ReceiptSigner, Said
from server import receipts
from server.settings import Settings, SettingsError


@pytest.fixture
def signer(tmp_path):
    return ReceiptSigner(Keyring.load(tmp_path / "keys.json", create=True))


def verify(tmp_path, lines, keys=None):
    """(exit code, what it prints) for a file of these lines."""
    file = tmp_path / "receipts.jsonl"
    file.write_bytes(b"\n".join(lines))
    out = io.StringIO()
    settings = Settings(key_file=tmp_path / "keys.json", data_dir=tmp_path / "data")
    return receipts.run(settings, Namespace(file=file, keys=keys), out), out.getvalue()


def test_receipts_of_ours_are_good_by_the_key_file_and_by_published_keys(tmp_path, signer):
    lines = [msgspec.json.encode(signer.sign(Said(f"op{at}", "0" * 64, "created"))) for at in range(3)]
    keys = tmp_path / "public.json"
    keys.write_bytes(msgspec.json.encode(signer.public))
    for known in (None, keys):
        code, said = verify(tmp_path, lines, known)
        assert (code, "op2" in said, "3" in said.splitlines()[-1]) == (0, True, True)


def test_one_that_was_altered_is_named(tmp_path, signer):
    good = signer.sign(Said("op1", "0" * 64, "conflict"))
    forged = msgspec.structs.replace(good, text=good.text.replace("conflict", "created"))
    code, said = verify(tmp_path, [msgspec.json.encode(good), msgspec.json.encode(forged)])
    assert (code, said.count("有效 / good"), said.count("无效 / BAD")) == (1, 1, 1)


def test_a_file_without_receipts_is_not_good(tmp_path, signer):
    assert verify(tmp_path, [])[0] == 1
    with pytest.raises(SettingsError):
        verify(tmp_path, [b"nonsense"])
