"""From a drawn plan to what is written: each document once, each value with its entry in the history. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from models.households.household import Household
from models.lifeevents.frame import Drawn, Frame
from models.lifeevents.scene import Scene
from models.people.book import Write
from models.people.edits import Edit, Entry
from models.people.person import Person
from models.people.values import Held

RELATION, HOUSEHOLD = "person.relation_to_head", "person.household_code"


class Mark(msgspec.Struct, frozen=True):
    """What every entry of one event carries: its id and its ground."""

    batch: str
    ground: str


def people_writes(
    base: Scene, drawn: Drawn, frame: Frame, mark: Mark, known: Callable[[str], bool]
) -> list[Write[Person]]:
    """People who stand differently, or of whom something is said. Elements that the registry does not have are left
    out; ``known`` says which it has."""
    found = []
    for person_id, after in drawn.scene.people.items():
        before = base.people.get(person_id)
        said: dict[str, Any] = dict(drawn.said.get(("person", person_id), {}))
        if before is None or before.relation != after.relation:
            said[RELATION] = after.relation
        if before is None or before.household != after.household:
            said[HOUSEHOLD] = after.household
        if before is None and person_id != frame.new_person:
            continue  # fetched to be read only
        if before is not None and before == after and not said:
            continue
        held = before.held if before else Held()
        edit = put_all(held, {key: v for key, v in said.items() if known(key)}, frame, mark)
        owner = msgspec.structs.replace(after, held=edit.held, rev=before.rev + 1 if before else 0)
        found.append(Write(owner, before.rev if before else None, edit.entries))
    return found


def home_writes(
    base: Scene, drawn: Drawn, frame: Frame, mark: Mark, known: Callable[[str], bool]
) -> list[Write[Household]]:
    """Households that stand differently. What they hold of their head goes with the head."""
    found = []
    for code, after in drawn.scene.homes.items():
        before = base.homes.get(code)
        if before == after:
            continue
        said: dict[str, Any] = dict(drawn.said.get(("household", code), {}))
        if (before.head if before else None) != after.head:
            said |= _of_head(drawn.scene, after)
        edit = put_all(after.held, {key: v for key, v in said.items() if known(key)}, frame, mark)
        owner = msgspec.structs.replace(after, held=edit.held, rev=before.rev + 1 if before else 0)
        found.append(Write(owner, before.rev if before else None, edit.entries))
    return found


def _of_head(scene: Scene, home: Household) -> dict[str, Any]:
    head = scene.people.get(home.head.person) if home.head else None
    return {
        "house.head_name": head.name if head else "",
        "house.head_id_no": head.id_number if head else "",
        "house.head_phone": head.phone if head else "",
    }


def put_all(held: Held, said: Mapping[str, Any], frame: Frame, mark: Mark) -> Edit:
    """``said`` is held from now on, whatever was: an event on a stated ground is no wish. An empty one is held no more.
    Wishes for what it settles are overtaken."""
    values, entries = dict(held.values), []
    for key, v in said.items():
        before = values.get(key)
        if (before.v if before else "") == v or (before is None and v == ""):
            continue
        after = frame.value(v) if v != "" else None
        if after is None:
            del values[key]
        else:
            values[key] = after
        entries.append(_entry("recorded", key, frame, mark, before, after))
        for wish in held.proposals:
            if wish.key == key:
                entries.append(_entry("overtaken", key, frame, mark, after, after, wish))
    settled = {each.key for each in entries if each.kind == "recorded"}
    kept = tuple(wish for wish in held.proposals if wish.key not in settled)
    return Edit(Held(values, kept), tuple(entries))


def _entry(kind: Any, key: str, frame: Frame, mark: Mark, before: Any, after: Any, wish: Any = None) -> Entry:
    return Entry(kind, key, frame.at, frame.by, before, after, wish, mark.ground, mark.batch)
