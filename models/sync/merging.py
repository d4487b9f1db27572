"""Laying what a phone says over what the registry holds: disjoint edits merge, the same element edited twice is shown to
somebody. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from models.base.errors import Problem
from models.households.household import Household
from models.people.book import Noun
from models.people.edits import Decision, Given, confirm, take
from models.people.edits import Edit as Written
from models.people.person import Person
from models.people.values import Held, Value
from models.sync.answer import ElementAnswer, Side
from models.sync.operation import Edit
from models.sync.versions import Versions

Judge = Callable[["Owner", str, Any], tuple[Any, Problem | None]]
"""The canonical form of what is said of an element, or what is wrong with it (also: that it is not hers to say)."""

Promised = Mapping[tuple[str, str, str], str]
"""What earlier operations of the same phone made: (operation, of, element) to version."""


class Owner(msgspec.Struct, frozen=True):
    """The house (``of`` empty) or a person as the operation found it. ``elsewhere``: in another grid by now."""

    of: str
    noun: Noun
    thing: Household | Person
    elsewhere: bool = False

    @property
    def held(self) -> Held:
        return self.thing.held


class Author(msgspec.Struct, frozen=True):
    """Who says it: account and name; ``at``, when by the server's clock."""

    id: str
    name: str
    at: datetime


class Clash(msgspec.Struct, frozen=True):
    """An element that somebody else has set since the version ``seen``; what that said stands in the history of
    ``owner``."""

    of: str
    owner: str
    key: str
    seen: str


class Merged(msgspec.Struct, frozen=True):
    """What is to be written of each owner, and what became of each element, in the order of the edits."""

    written: tuple[tuple[Owner, Written], ...] = ()
    answers: tuple[ElementAnswer, ...] = ()
    clashes: tuple[Clash, ...] = ()


class Merge:
    """One operation being laid over what is held."""

    def __init__(
        self, owners: Iterable[Owner], versions: Versions, judge: Judge, author: Author, promised: Promised
    ) -> None:
        self._owners = {owner.of: owner for owner in owners}
        self._versions = versions
        self._judge = judge
        self._author = author
        self._promised = promised
        self._given: dict[str, list[Given]] = {}
        self._vouched: dict[str, list[str]] = {}
        self._answers: list[ElementAnswer] = []
        self._clashes: list[Clash] = []

    def edit(self, edit: Edit) -> None:
        """Set an element, unless it was set by somebody else since it was seen."""
        owner = self._owners.get(edit.of)
        if owner is None:
            self._invalid(edit, "person.unknown", "这个人已不在这户，也不在您的网格里。")
        elif any(each.of == edit.of and each.key == edit.key for each in self._answers):
            self._invalid(edit, "element.twice", "同一条记录里这一项填了两次。")
        else:
            value, problem = self._judge(owner, edit.key, edit.value)
            if problem is not None:
                self._invalid(edit, problem.code, problem.message)
            else:
                self._lay(owner, edit, value)

    def vouch(self, of: str, key: str, base: str) -> None:
        """Say that what was seen is still right. What has changed since is left as it is."""
        owner = self._owners.get(of)
        now = owner.held.values.get(key) if owner else None
        edit = Edit(key, base=base, of=of)
        if owner is None or now is None or owner.elsewhere or self._seen(edit) != self._version(owner, key):
            self._answers.append(ElementAnswer(of, key, "unchanged"))
            return
        _, problem = self._judge(owner, key, now.v)
        if problem is not None and problem.code == "element.unknown":
            self._invalid(edit, problem.code, problem.message)
        else:
            self._vouched.setdefault(of, []).append(key)
            self._answers.append(ElementAnswer(of, key, "recorded"))

    def note(self, key: str, value: Any) -> None:
        """Set an element of the house that follows from something else, and of which nothing is answered."""
        house = self._owners[""]
        self._given.setdefault("", []).append(
            Given(key, self._value(value), at_once=not house.elsewhere, name=self._author.name)
        )

    def done(self) -> Merged:
        """What is to be written, and what is to be said."""
        written = []
        answers = list(self._answers)
        for of in dict.fromkeys([*self._given, *self._vouched]):
            owner, given = self._owners[of], self._given.get(of, [])
            edit = self._confirmed(take(owner.held, given, self._author.at), self._vouched.get(of, []))
            written.append((owner, edit))
            fates = dict(zip((each.key for each in given), edit.outcomes, strict=True))
            for at, answer in enumerate(answers):
                if answer.of == of and answer.became == "recorded":
                    answers[at] = self._became(owner, edit, answer, fates.get(answer.key, "recorded"))
        return Merged(tuple(written), tuple(answers), tuple(self._clashes))

    def _confirmed(self, edit: Written, keys: list[str]) -> Written:
        """``edit``, and on top of it what was found unchanged."""
        if not keys:
            return edit
        made = Decision(self._author.id, self._author.at)
        found = confirm(edit.held, keys, "visit", made)
        return Written(found.held, edit.entries + found.entries, edit.outcomes)

    def _lay(self, owner: Owner, edit: Edit, value: Any) -> None:
        now = owner.held.values.get(edit.key)
        if (
            owner.elsewhere
            or now is None
            or now.v == value
            or self._seen(edit) == self._version(owner, edit.key)
        ):
            self._give(owner, edit, value)
        else:
            mine = Side(value, "visit", self._author.at, self._author.name)
            theirs = Side(now.v, now.source, now.at, now.by, self._version(owner, edit.key))
            self._answers.append(
                ElementAnswer(edit.of, edit.key, "conflict", theirs.x, mine=mine, theirs=theirs)
            )
            self._clashes.append(Clash(edit.of, owner.thing.id, edit.key, self._seen(edit)))

    def _give(self, owner: Owner, edit: Edit, value: Any) -> None:
        given = Given(edit.key, self._value(value), not owner.elsewhere, edit.reason, self._author.name)
        self._given.setdefault(owner.of, []).append(given)
        self._answers.append(ElementAnswer(edit.of, edit.key, "recorded"))

    def _became(self, owner: Owner, edit: Written, answer: ElementAnswer, outcome: str) -> ElementAnswer:
        if owner.elsewhere:  # one answer for all: what is held there is not hers to know
            return ElementAnswer(answer.of, answer.key, "proposed")
        x = self._versions.of(owner.thing.id, answer.key, edit.held.values.get(answer.key))
        return msgspec.structs.replace(answer, became=outcome, x=x)

    def _seen(self, edit: Edit) -> str:
        if edit.base.startswith("@"):
            return self._promised.get((edit.base[1:], edit.of, edit.key), "?")
        return edit.base

    def _version(self, owner: Owner, key: str) -> str:
        return self._versions.of(owner.thing.id, key, owner.held.values.get(key))

    def _value(self, value: Any) -> Value:
        return Value(value, "visit", self._author.at, self._author.id)

    def _invalid(self, edit: Edit, code: str, message: str) -> None:
        self._answers.append(ElementAnswer(edit.of, edit.key, "invalid", code=code, message=message))
