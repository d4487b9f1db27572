"""What is to happen, as whoever reports it says it: the shapes that pages, the JSON face and the sync of grid workers send.

Every order carries

    op       the operation's id, made by the client (16 to 64 of ``0-9A-Za-z_-``): the same once more changes nothing and
             gives the first answer; another content under it is refused
    kind     which of them it is, see below
    on       the day on which it happened, ``2026-11-25``; today where it is empty
    ground   why, in words; ``paper`` which paper was shown (a key of ``PAPERS``). One of the two has to be there.

    {"kind": "person.add", "op": ..., "household": "520181001001010001", "relation": "28",
     "newcomer": {"name": "…", "id_number": "…", "phone": "…"}, "origin": "外省", "ground": "…"}
    {"kind": "person.move", "op": ..., "who": {"person": "…"} or {"id_number": "…", "name": "…"},
     "household": "…", "relation": "20", "registered": true, "paper": "hukou"}
    {"kind": "person.left", "op": ..., "who": {...}, "where": "浙江省宁波市", "registered": false, "ground": "…"}

Where the head of a household goes and others stay, ``head`` names the new one, and ``relations`` says of each person id
what she is to the new head where that does not follow by itself (the refusal names those, ``relations.<person id>``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

PAPERS: dict[str, str] = {
    "hukou": "户口簿", "id": "居民身份证", "birth": "出生医学证明", "death": "死亡证明、火化证明", "marriage": "结婚证",
    "transfer": "户口迁移证、准迁证", "house": "房屋权属或租赁凭证", "court": "法院文书、公证书", "other": "其他证明材料",
}  # fmt: skip
MARRIED: dict[str, str] = {"20": "已婚", "21": "初婚", "22": "再婚", "23": "复婚"}


class Who(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody who is on record: by id within the actor's area, or by whole ID number and name wherever in the county."""

    person: str = ""
    id_number: str = ""
    name: str = ""


class Newcomer(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Somebody who is not on record yet. Without an ID number ``sex`` ("1", "2") and ``birth_date`` are needed.
    ``registered_address``: where she is registered, if that is not here (人户分离)."""

    name: str = ""
    id_number: str = ""
    sex: str = ""
    birth_date: str = ""
    phone: str = ""
    registered_address: str = ""


class Place(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where a new household lies: the 14-digit group, the grid, and what its plate says."""

    group: str = ""
    grid: str = ""
    address: str = ""


class Order(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    tag_field="kind",
):
    """What all of them say."""

    op: str = ""
    on: str = ""
    ground: str = ""
    paper: str = ""


class HouseholdAdd(Order, frozen=True, tag="household.add"):
    """A new household; its head is somebody new (``newcomer``) or on record (``who``), who moves there."""

    place: Place = Place()
    who: Who = Who()
    newcomer: Newcomer = Newcomer()


class PersonAdd(Order, frozen=True, tag="person.add"):
    """Somebody who was not on record comes into a household; ``origin`` says from where."""

    household: str = ""
    relation: str = ""
    newcomer: Newcomer = Newcomer()
    origin: str = ""


class Birth(Order, frozen=True, tag="person.birth"):
    """A child is born into a household. ``mother`` and ``father`` are person ids of members, or empty; ``on`` is the
    day of birth."""

    household: str = ""
    relation: str = ""
    newcomer: Newcomer = Newcomer()
    mother: str = ""
    father: str = ""
    certificate: str = ""


class Leaving(Order, frozen=True):
    """What is said beside when somebody leaves a household: its new head, and the relations to her or him."""

    who: Who = Who()
    head: str = ""
    relations: Mapping[str, str] = {}


class Death(Leaving, frozen=True, tag="person.death"):
    """Somebody has died. It counts when a second person has looked at it."""


class Move(Leaving, frozen=True, tag="person.move"):
    """Somebody of the county moves into a household; ``registered``: her registration goes with her."""

    household: str = ""
    relation: str = ""
    registered: bool = False


class Left(Leaving, frozen=True, tag="person.left"):
    """Somebody moves away to ``where``; she stays on record as moved out."""

    where: str = ""
    registered: bool = False


class Marriage(Leaving, frozen=True, tag="person.marriage"):
    """``who`` and ``partner`` have married. ``mover`` ("who", "partner" or nobody) moves to the other's household, as
    ``relation`` to its head where that does not follow. ``marital``: a key of ``MARRIED``."""

    partner: Who = Who()
    mover: Literal["", "who", "partner"] = ""
    relation: str = ""
    marital: str = "20"
    certificate: str = ""


class Split(Order, frozen=True, tag="household.split"):
    """``members`` of a household become one of their own under ``head``; ``left_head`` is the new head of the old one
    where its head goes with them."""

    household: str = ""
    members: tuple[str, ...] = ()
    head: str = ""
    left_head: str = ""
    relations: Mapping[str, str] = {}
    place: Place = Place()


class HeadChange(Order, frozen=True, tag="household.head"):
    """Another member becomes the head."""

    household: str = ""
    head: str = ""
    relations: Mapping[str, str] = {}


AnyOrder = HouseholdAdd | PersonAdd | Birth | Death | Move | Left | Marriage | Split | HeadChange
Kind = Literal[
    "household.add", "person.add", "person.birth", "person.death", "person.move", "person.left", "person.marriage",
    "household.split", "household.head",
]  # fmt: skip
ORDERS: dict[str, type[Order]] = {
    str(shape.__struct_config__.tag): shape
    for shape in (HouseholdAdd, PersonAdd, Birth, Death, Move, Left, Marriage, Split, HeadChange)
}
NAMES: dict[str, str] = {
    "household.add": "新立一户", "person.add": "新增人员、外来迁入", "person.birth": "出生登记", "person.death": "死亡登记",
    "person.move": "县内迁入", "person.left": "迁出", "person.marriage": "结婚登记", "household.split": "分户",
    "household.head": "变更户主",
}  # fmt: skip
