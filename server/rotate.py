"""``python -m server rotate-keys``: a new data key, and everything sealed anew under it, while servers serve.

Run it again after it was stopped, and it goes on where it was. ``--retire`` destroys the keys that nothing uses
any more; ``--new-master`` changes the master key first; ``--status`` says how things stand. See docs/keys.md.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, TextIO

import msgspec

from models.base.cipher import SealedPath
from models.base.clock import Clock, now
from models.base.keys import SIZE, KeyFileError, read_master
from models.database import Database
from models.rotation.founding import Origin
from models.rotation.job import STAGES, KeysNotLearnt, Outcome, Progress, RotationBusy, StillUsed, Trouble
from models.rotation.places import PLACES
from models.rotation.repository import JobRepository, KeyRepository
from models.rotation.retiring import retire
from models.rotation.rotation import BATCH, LEASE, Rotation
from models.rotation.service import GRACE, Keys

WHY = {
    "unreadable": "打不开：被改动过，或从别处复制而来",
    "undeclared": "密文在没有登记的位置，请联系开发者",
    "doubled": "登记的号码在另一份文档里也有，请先核对改正",
    "busy": "一直有人在改，请再运行一次",
}
BAR = 24  # characters
CLEAR = "\x1b[K"  # to the end of the line: what stood there before may have been longer
REDRAW_SECONDS = 0.1
PLAIN_SECONDS = 5.0


class RotationTrouble(Exception):
    """It did not come off. ``str(error)`` is a sentence for the operator: print it and exit with 1."""


class Order(msgspec.Struct, frozen=True):
    """What the operator asks for. ``new_master`` is the Base64 of NEW_MASTER_KEY, needed only where
    MASTER_KEY takes the place of a key file."""

    origin: Origin
    retire: bool = False
    change_master: bool = False
    status: bool = False
    new_master: str = ""


def declare(commands: Any) -> None:
    """Declare ``rotate-keys`` among the subcommands of argparse."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "rotate-keys", help="make a new data key and re-encrypt everything under it, while servers serve"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--retire", action="store_true", help="destroy old keys that nothing uses any more")
    what.add_argument("--new-master", action="store_true", help="change the master key first")
    what.add_argument("--status", action="store_true", help="only say how things stand")


def order_of(
    origin: Origin, options: argparse.Namespace, environment: Mapping[str, str] = os.environ
) -> Order:
    """The parsed command line as an order."""
    return Order(
        origin, options.retire, options.new_master, options.status, environment.get("NEW_MASTER_KEY", "")
    )


async def rotate_keys(
    database: Database, order: Order, out: TextIO = sys.stderr, *, clock: Clock = now,
    places: Sequence[SealedPath] = PLACES, batch: int = BATCH,
) -> None:  # fmt: skip
    """Do what ``order`` says and tell ``out`` of it. Raises RotationTrouble, and KeyFileError for keys that
    cannot be read."""
    await database.ensure((*KeyRepository.COLLECTIONS, *JobRepository.COLLECTIONS))
    keys = await Keys.open(database, clock, order.origin, serving=False)
    try:
        if order.status:
            await _status(database, keys, out)
        elif order.retire:
            await _retire(database, keys, out)
        else:
            if order.change_master:
                await _change_master(keys, order, out)
            await _rotate(database, keys, order, out, clock, places, batch)
    except (KeysNotLearnt, StillUsed) as error:
        raise RotationTrouble(error.message) from error
    finally:
        await keys.close()


async def _rotate(
    database: Database, keys: Keys, order: Order, out: TextIO, clock: Clock, places: Sequence[SealedPath],
    batch: int,
) -> None:  # fmt: skip
    bar = Bar(out)
    begun = time.monotonic()
    rotation = Rotation(database, keys, places, clock, bar.show, batch=batch)
    outcome = await _when_free(rotation, order, out)
    _report(outcome, time.monotonic() - begun, out)
    if outcome.troubles:
        raise RotationTrouble(_troubles(outcome.troubles))
    old = await keys.outworn()
    if old:
        minutes = int(GRACE.total_seconds() // 60)
        print(
            f"旧密钥 {'、'.join(old)} 仍保留。{minutes}分钟后可运行 rotate-keys --retire 停用。",
            file=out,
            flush=True,
        )


async def _when_free(rotation: Rotation, order: Order, out: TextIO) -> Outcome:
    """A run that was killed holds its lease a little longer: wait that long, not more."""
    end = time.monotonic() + LEASE.total_seconds() + 5
    told = False
    while True:
        try:
            return await rotation.run(order.origin.suite)
        except RotationBusy as error:
            if time.monotonic() > end:
                raise RotationTrouble(error.message) from error
            if not told:
                print("另一次轮换正在进行，或刚刚被中断。等它结束……", file=out, flush=True)
            told = True
            await asyncio.sleep(1)


async def _retire(database: Database, keys: Keys, out: TextIO) -> None:
    print("正在核查旧密钥是否还有使用……", file=out, flush=True)
    gone = await retire(database, keys)
    said = f"已停用并销毁旧密钥 {'、'.join(gone)}。" if gone else "没有需要停用的旧密钥。"
    print(f"{said}现用密钥 {keys.keyring.current}。", file=out, flush=True)


async def _change_master(keys: Keys, order: Order, out: TextIO) -> None:
    if not order.origin.master_key:
        await keys.change_master(secrets.token_bytes(SIZE))
        print(f"已更换主密钥，密钥文件 {order.origin.key_file} 已改写，请重新备份它。", file=out, flush=True)
        return
    if not order.new_master:
        raise KeyFileError("请用环境变量 NEW_MASTER_KEY 给出新的主密钥，可用 openssl rand -base64 32 生成。")
    await keys.change_master(read_master(order.new_master))
    print(
        "新的主密钥已可打开全部密钥。轮换结束后，请把 MASTER_KEY 改为它并重启各服务，再运行 rotate-keys --retire。",
        file=out, flush=True,
    )  # fmt: skip


async def _status(database: Database, keys: Keys, out: TextIO) -> None:
    job = await JobRepository(database).latest()
    print(f"现用密钥：{keys.keyring.current}（{'国密' if keys.suite == 'gm' else 'AES'}）", file=out)
    print(f"仍保留的旧密钥：{'、'.join(await keys.outworn()) or '无'}", file=out)
    if job is None:
        print("还没有轮换过。", file=out)
    elif job.finished_at is None:
        print(
            f"有一次轮换没有做完，目标密钥 {job.to or '未定'}，已重新加密 {job.resealed:,} 个值。", file=out
        )
    else:
        print(f"上一次轮换于 {job.finished_at:%Y-%m-%d %H:%M} UTC 完成。", file=out)
    for reader in await keys.behind(lambda reader: False):
        print(f"服务进程 {reader.id[:8]}：使用 {reader.uses or '（正在启动）'}", file=out, flush=True)


def _report(outcome: Outcome, seconds: float, out: TextIO) -> None:
    began = "接着上次的进度，" if outcome.resumed else ""
    print(
        f"{began}已全部改用密钥 {outcome.key}，共重新加密 {outcome.resealed:,} 个值，本次用时 {seconds:.1f} 秒。",
        file=out, flush=True,
    )  # fmt: skip


def _troubles(troubles: Sequence[Trouble]) -> str:
    lines = [f"- {each.collection} {each.id}：{WHY[each.why]}" for each in troubles]
    return "\n".join([f"有 {len(troubles)} 份文档没有换成新密钥，旧密钥须保留：", *lines])


class Bar:
    """Progress on a terminal as one line that is drawn over, elsewhere as a plain line now and then."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._stage = ""

    def show(self, progress: Progress) -> None:
        """Draw, unless it was drawn a moment ago and nothing but numbers has changed."""
        at = time.monotonic()
        due = at - self._drawn >= (REDRAW_SECONDS if self._terminal else PLAIN_SECONDS)
        if not due and progress.stage == self._stage:
            return
        if progress.stage != self._stage:
            self._stage, self._begun = progress.stage, at
        self._drawn = at
        text = line_of(progress, at - self._begun)
        if self._terminal:
            self._out.write(f"\r{text}{CLEAR}" + ("\n" if progress.stage == "done" else ""))
        else:
            self._out.write(text + "\n")
        self._out.flush()


def line_of(progress: Progress, seconds: float) -> str:
    """One line: how much, how fast, how long still. ``seconds`` since this stage began."""
    words = STAGES[progress.stage]
    if progress.stage == "learning":
        return f"{words}……"
    share = min(1.0, progress.seen / progress.total) if progress.total else 1.0
    bar = "#" * round(share * BAR) + "-" * (BAR - round(share * BAR))
    line = f"{words} [{bar}] {share:4.0%} {progress.seen:,}/{progress.total:,} 份，{progress.resealed:,} 个值"
    rate = progress.fresh / seconds if seconds > 0 else 0.0
    if progress.stage == "sealing" and rate > 0:
        left = round(max(0, progress.total - progress.seen) / rate)
        line += f"，{rate:,.0f} 份/秒，剩余 {left // 60}:{left % 60:02d}"
    return line
