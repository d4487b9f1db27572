"""What stands outside the database: the file of signed heads, and the locks that tell living processes. Blocking."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import IO

import msgspec

from models.audit.chain import CHAIN
from models.audit.heads import Head

_START = b'{"chain":"'
_DECODER = msgspec.json.Decoder(Head)


class HeadsFile:
    """One signed head a line, as JSON, appended and never changed. Several processes may share the file; it can
    be made append-only (``chattr +a``), shipped away line by line, or lie on a disk that is written once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def prepare(self) -> None:
        """Make sure that the file can be appended to. Raises OSError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._appending():
            pass

    def append(self, head: Head) -> None:
        """Add one line; it is on the disk when this returns. Raises OSError."""
        line = msgspec.json.encode(head) + b"\n"
        with self._appending() as file:
            torn = file.tell() > 0 and self._last_byte() != b"\n"  # a line that a power cut left behind
            file.write(b"\n" + line if torn else line)
            file.flush()
            os.fsync(file.fileno())

    def days(self) -> dict[date | None, list[int]]:
        """Where the lines of each day begin (byte offsets); under None those that are no head at all."""
        found: dict[date | None, list[int]] = {}
        offset = 0
        with suppress(FileNotFoundError), self.path.open("rb") as file:
            for line in file:
                if line.strip():
                    found.setdefault(_day(line), []).append(offset)
                offset += len(line)
        return found

    def read(self, offsets: list[int]) -> Iterator[Head | None]:
        """The heads at ``offsets``; None for a line that cannot be read."""
        if not offsets:
            return
        with self.path.open("rb") as file:
            for offset in offsets:
                file.seek(offset)
                try:
                    yield _DECODER.decode(file.readline())
                except msgspec.DecodeError:
                    yield None

    @contextmanager
    def _appending(self) -> Iterator[IO[bytes]]:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0, os.SEEK_END)
            yield file

    def _last_byte(self) -> bytes:
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1)


class Alive:
    """Which processes live, by flocks that the kernel drops with them. The locks lie beside the heads file;
    nothing is known of processes on other machines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine: IO[bytes] | None = None

    def hold(self, process: str) -> None:
        """From now until ``release`` or the end of this process, ``process`` is alive."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._mine = self._path(process).open("ab")
        fcntl.flock(self._mine, fcntl.LOCK_EX)  # free but for the moment in which somebody else asks

    def release(self) -> None:
        """This process makes no more entries. Safe to repeat."""
        if self._mine is not None:
            Path(self._mine.name).unlink(missing_ok=True)
            self._mine.close()
            self._mine = None

    def is_dead(self, process: str) -> bool | None:
        """True when it lived on this machine and is gone, False when it lives, None when unknown here."""
        try:
            with self._path(process).open("rb+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return False

    def bury_all_but(self, processes: set[str]) -> None:
        """Forget the dead of this machine; of ``processes`` there is still something to be done."""
        for lock in self._folder.glob("*.lock"):
            if lock.stem not in processes and self.is_dead(lock.stem):
                lock.unlink(missing_ok=True)

    def _path(self, process: str) -> Path:
        return self._folder / f"{process}.lock"


def _day(line: bytes) -> date | None:
    if line.startswith(_START) and CHAIN.match(
        line[len(_START) : len(_START) + 40].decode("ascii", "replace")
    ):
        with suppress(ValueError):
            return date.fromisoformat(line[len(_START) : len(_START) + 10].decode())
    return None
