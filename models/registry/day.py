"""Any day's state: what a household and its people were on record as, worked out from the history. Pure.

The history of the registry is complete from the first change that was made through it; what was brought in before (a
first filling, an import) stands in the values themselves, with their times. So a day is reached from now backwards: what
happened since is undone, and what was not there yet is left away. Replayed forwards from nothing, the history of an owner
who came by it gives the present; a test holds both directions to each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from models.base.clock import SHANGHAI
from models.households.household import Member
from models.lifeevents.event import Event, Standings
from models.people.edits import Entry
from models.people.values import Held, Value

CHANGING = frozenset({"recorded", "accepted", "restored", "confirmed"})
"""Kinds of entries after which another value is held; all others tell of wishes."""

Values = Mapping[str, Value]


def end_of(day: date) -> datetime:
    """The first moment after a day in Shanghai."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def forward(entries: Iterable[Entry], begin: Values | None = None) -> dict[str, Value]:
    """What is held after ``entries``, the oldest first."""
    values = dict(begin or {})
    for entry in entries:
        if entry.kind in CHANGING:
            _put(values, entry.key, entry.after)
    return values


def backward(values: Values, entries: Iterable[Entry]) -> dict[str, Value]:
    """What was held before ``entries``, the newest first."""
    found = dict(values)
    for entry in entries:
        if entry.kind in CHANGING:
            _put(found, entry.key, entry.before)
    return found


def held_before(now: Held, since: Sequence[Entry], moment: datetime) -> Held:
    """What was on record just before ``moment``; ``since`` is everything that has happened from then on, the newest
    first. What nobody recorded through the history counts from the time that its source gives. Wishes are of today and
    are left away."""
    values = backward(now.values, in_order(since))
    return Held({key: value for key, value in values.items() if value.at < moment})


def members_before(
    now: tuple[Member, ...], events: Iterable[Event], household: str, moment: datetime
) -> tuple[Member, ...]:
    """Who belonged to a household just before ``moment``; ``now`` are its members, ``events`` all that happened to it.
    What came first after the moment knows how it stood before."""
    turned = [each for event in events for each in _turns(event)]
    later = [(at, stood) for at, stood in turned if at >= moment]
    if not later:
        return now
    rolls = min(later, key=lambda each: each[0])[1].rolls
    return next((roll.members for roll in rolls if roll.household == household), ())


def _turns(event: Event) -> Iterator[tuple[datetime, Standings]]:
    """When an event changed something, and how it stood before that. One that was taken back has changed it twice."""
    if event.state == "done":
        yield event.settled_at or event.at, event.before
    elif event.state == "undone":
        yield event.at, event.before
        if event.settled_at is not None:
            yield event.settled_at, event.after


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """The newest first; of those of one moment about one element, each before the one that it goes out from."""
    found: list[Entry] = []
    waiting = sorted(entries, key=lambda entry: entry.at, reverse=True)
    while waiting:
        at = waiting[0].at
        together = [entry for entry in waiting if entry.at == at]
        waiting = waiting[len(together) :]
        found += _chained(together)
    return found


def _chained(together: list[Entry]) -> list[Entry]:
    """Entries of one moment, so that what one begins with is what the next of the same element ended with."""
    rest, found = list(together), []
    while rest:
        last = next((each for each in rest if not _followed(each, rest)), rest[0])
        rest.remove(last)
        found.append(last)
    return found


def _followed(entry: Entry, others: Iterable[Entry]) -> bool:
    return any(
        other is not entry
        and other.key == entry.key
        and other.before == entry.after
        and other.kind in CHANGING
        for other in others
    )


def _put(values: dict[str, Value], key: str, value: Value | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
