"""What cannot all be true of a household, as a worker should ask about it on the spot. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from models.base import idnumber
from models.households.household import HEAD, Household
from models.people.person import Person
from models.sync.wire import Warning_

RELATION, BIRTH, SEX = "person.relation_to_head", "person.birth_date", "person.sex"


def contradictions(home: Household, people: Sequence[Person], today: date) -> Iterator[Warning_]:
    """Each with its code, a sentence, and the element that it is about."""
    heads = [member.name for member in home.members if member.relation == HEAD]
    if home.members and not heads:
        yield "head.none", "这户没有户主，请核对。", RELATION
    if len(heads) > 1:
        yield "head.two", f"这户有{len(heads)}位户主（{'、'.join(heads)}），请核对。", RELATION
    for person in people:
        if person.id_number and _is_good(person.id_number, today):
            yield from _against_card(person)


def _is_good(id_number: str, today: date) -> bool:
    try:
        idnumber.check(id_number, today)
    except ValueError:
        return False
    return True


def _against_card(person: Person) -> Iterator[Warning_]:
    born, sex = person.text(BIRTH), person.text(SEX)
    if born and born != idnumber.birth_date(person.id_number).isoformat():
        yield "id.birth", f"{person.name}的出生日期和身份证号不一致，请看证件。", BIRTH
    if sex in ("1", "2") and sex != idnumber.sex(person.id_number):
        yield "id.sex", f"{person.name}的性别和身份证号不一致，请看证件。", SEX
