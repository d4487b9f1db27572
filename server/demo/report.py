"""What ``python -m server demo`` tells whoever tries the system: doors, codes and logins."""

from __future__ import annotations

import msgspec

from models.accounts.account import Account
from models.base.actor import Level, Role
from models.codes.code import Code
from models.items.item import Bundle, Item
from server.demo.people import DemoHousehold
from server.demo.staff import PASSWORD


class Resident(msgspec.Struct, frozen=True):
    """The head of a household, as she would type herself in; ``birth_date`` is ISO."""

    name: str
    id_number: str
    phone: str
    birth_date: str


class Door(msgspec.Struct, frozen=True):
    code: str
    address: str
    pin: str
    resident: Resident


class ItemLine(msgspec.Struct, frozen=True):
    code: str
    id: str
    name: str
    level: Level


class BundleLine(msgspec.Struct, frozen=True):
    code: str
    id: str
    name: str


class Login(msgspec.Struct, frozen=True):
    """A staff account with the password to try it with; ``departments`` empty where it serves them all."""

    role: Role
    username: str
    password: str
    area: str
    name: str
    departments: tuple[str, ...]


class DemoReport(msgspec.Struct, frozen=True):
    """The document of the contract; ``msgspec.json.encode`` writes it. ``doors[0]`` is 陈桂兰's."""

    doors: tuple[Door, ...]
    items: tuple[ItemLine, ...]
    bundles: tuple[BundleLine, ...]
    staff: tuple[Login, ...]


def door(demo: DemoHousehold, code: Code) -> Door:
    head = demo.head
    resident = Resident(head.name, head.id_number, head.phone, head.birth.isoformat())
    return Door(code.id, demo.site.address, demo.pin, resident)


def item_line(item: Item, code: Code) -> ItemLine:
    return ItemLine(code.id, item.id, item.name, item.level)


def bundle_line(bundle: Bundle, code: Code) -> BundleLine:
    return BundleLine(code.id, bundle.id, bundle.name)


def login(account: Account) -> Login:
    return Login(
        account.role, account.username, PASSWORD, account.area, account.name, account.departments
    )  # fmt: skip
