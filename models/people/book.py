"""Changing values of people and of households: by compare-and-set, each change with its entry in the history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

import msgspec

from models.base.errors import Conflict
from models.people.edits import Edit, Entry
from models.people.values import Held

TRIES = 8
"""How often a change is tried again when others change the same owner meanwhile."""

AT_A_STRETCH = 50
"""Documents that are drawn up before somebody else gets the loop: some milliseconds."""

Noun = Literal["person", "household"]
Within = Any
"""The session of a transaction in which more than one owner is changed; None where a change is alone."""

Also = Callable[[Any], Awaitable[None]]
"""More to be written in the transaction whose session it is given."""


class Owner(Protocol):
    """A person or a household."""

    @property
    def id(self) -> str: ...
    @property
    def areas(self) -> tuple[str, ...]: ...
    @property
    def held(self) -> Held: ...
    @property
    def rev(self) -> int: ...


class Ground(msgspec.Struct, frozen=True):
    """Why many owners come into the registry at once, and by whom: ``batch`` names what brought them."""

    at: datetime
    by: str
    text: str = ""
    batch: str = ""


class Recorder(Protocol):
    """Whoever keeps what became of values; the history implements it."""

    def writing(self, noun: Noun, owner: str, areas: tuple[str, ...], entries: tuple[Entry, ...]) -> Also: ...

    def moving(self, noun: Noun, owner: str, areas: tuple[str, ...], entries: tuple[Entry, ...]) -> Also:
        """The same of what goes from one owner to another within the registry, where nothing new is collected."""
        ...

    async def founding(self, noun: Noun, owners: Sequence[Owner], ground: Ground) -> Also:
        """The same of everything that new owners hold: one entry each in place of one for each value."""
        ...

    async def changing(self, noun: Noun, edits: Sequence[tuple[Owner, Edit]], ground: Ground) -> Also:
        """The same of edits to many owners."""
        ...


T = TypeVar("T", bound=Owner)
Given = TypeVar("Given")
Made = TypeVar("Made")


class Write(msgspec.Struct, Generic[T], frozen=True):
    """An owner as it is to stand: over its revision ``rev``, or as a new one where that is None. ``entries`` are what
    stays of how it came about."""

    owner: T
    rev: int | None
    entries: tuple[Entry, ...] = ()


class Outrun(Conflict):
    """Somebody else has changed what was to be written; whoever planned it looks again."""


class Book(Generic[T]):
    """``read`` raises NotFound; ``changed`` makes the next revision; ``write`` says False where somebody was faster."""

    def __init__(
        self,
        noun: Noun,
        read: Callable[[str], Awaitable[T]],
        changed: Callable[[T, Edit], T],
        write: Callable[[T, int, Also, Within], Awaitable[bool]],
        recorder: Recorder,
    ) -> None:
        self._noun = noun
        self._read = read
        self._changed = changed
        self._write = write
        self._recorder = recorder

    async def edit(self, owner_id: str, edit: Callable[[Held], Edit]) -> Edit:
        """Do ``edit`` to what is held now, and again where others were faster. What changes nothing is not written.
        Raises what ``edit`` raises, NotFound, and Conflict when others never stop changing the same owner."""
        for _ in range(TRIES):
            owner = await self._read(owner_id)
            done = edit(owner.held)
            if done.held == owner.held:
                return done
            also = self._recorder.writing(self._noun, owner.id, owner.areas, done.entries)
            if await self._write(self._changed(owner, done), owner.rev, also, None):
                return done
        raise Conflict

    async def edit_within(self, session: Within, owner: T, done: Edit) -> None:
        """Write what ``done`` makes of ``owner``, which was read in the same transaction: that is tried again as a whole
        where others were faster, so nothing is here. What changes nothing is not written."""
        if done.held == owner.held:
            return
        also = self._recorder.writing(self._noun, owner.id, owner.areas, done.entries)
        if not await self._write(self._changed(owner, done), owner.rev, also, session):
            raise Conflict


async def nothing(session: Any) -> None:
    """An Also that writes nothing."""


async def paced(make: Callable[[Given], Made], given: Iterable[Given]) -> AsyncIterator[Made]:
    """``make`` of each, letting requests have the loop in between."""
    for number, each in enumerate(given, 1):
        yield make(each)
        if number % AT_A_STRETCH == 0:
            await asyncio.sleep(0)
