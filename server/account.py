"""``python -m server account``: the first administrator of an empty installation, who then approves everybody else."""

from __future__ import annotations

import argparse
import getpass
import os
from collections.abc import Callable, Mapping
from secrets import token_urlsafe
from typing import Any

import msgspec

from models.accounts.account import Account, NewAccount, problems_of
from models.accounts.application import Place, place_problems
from models.areas.area import lay_out
from models.base.errors import Invalid
from server.container import Container

PASSWORD = "ADMIN_PASSWORD"  # noqa: S105 - the name of the variable, not a password


class AccountTrouble(Exception):
    """It did not come off. ``str(error)`` is a sentence for the operator."""


class Order(msgspec.Struct, frozen=True):
    """What the operator asks for. ``area_name`` is needed only while the installation knows no area."""

    username: str
    name: str
    area: str
    area_name: str = ""


def add_command(commands: Any) -> None:
    """Declare ``account`` among the subcommands of argparse."""
    parser: argparse.ArgumentParser = commands.add_parser(
        "account", help=f"open the account of the first administrator (password: asked, or {PASSWORD})"
    )
    parser.add_argument("--username", required=True)
    parser.add_argument("--name", required=True, help="the person's name, as on the ID card")
    parser.add_argument("--role", choices=["admin"], default="admin")
    parser.add_argument("--area", required=True, help="division code of the county (6 digits) or town (9)")
    parser.add_argument("--area-name", default="", help="name of the county, while no area is there yet")


def order_of(options: argparse.Namespace) -> Order:
    return Order(options.username.strip().lower(), options.name, options.area, options.area_name.strip())


async def first_administrator(
    built: Container, order: Order, environment: Mapping[str, str] = os.environ,
    ask: Callable[[str], str] = getpass.getpass,
) -> Account:  # fmt: skip
    """Opens the account. Raises AccountTrouble: an administrator exists, or something in ``order`` is wrong."""
    await _bring_up(built, order)
    if any(account.role == "admin" and account.active for account in await _accounts(built, order)):
        raise AccountTrouble(
            "已有在用的管理员账号，新账号请在网页上申请，由管理员批准。（There is one already.）"
        )
    new = NewAccount(order.username, order.name, "admin", order.area, "")
    _check(msgspec.structs.replace(new, password=token_urlsafe()))  # everything else, before it is asked for
    new = msgspec.structs.replace(new, password=_password(environment, ask))
    _check(new)
    try:
        return await built.home.accounts.open(new)
    except Invalid as invalid:
        raise _told(invalid) from None


async def _bring_up(built: Container, order: Order) -> None:
    """The county as the first area, where there is none; later areas come with the registry."""
    areas = built.home.areas
    if areas.has(order.area):
        return
    if areas.names() or not order.area_name:
        raise AccountTrouble(
            f"没有区划 {order.area}。全新安装请用 --area 写县的六位代码，用 --area-name 写县名。（No such area.）"
        )
    if order.area != built.home.county:
        raise AccountTrouble(
            f"全新安装先建县级管理员：--area 应与设置 COUNTY（现为 {built.home.county}）一致。（A county comes first.）"
        )
    await built.registry.area_repository.put_new(lay_out([(order.area, order.area_name)]))
    await areas.reload()


async def _accounts(built: Container, order: Order) -> list[Account]:
    """Every account of the county that the area lies in."""
    return await built.registry.account_repository.within(built.home.areas.chain(order.area)[0])


def _check(new: NewAccount) -> None:
    problems = problems_of(new) + place_problems(Place(new.role, new.area))
    if problems:
        raise _told(Invalid(problems))


def _told(invalid: Invalid) -> AccountTrouble:
    return AccountTrouble("".join(problem.message for problem in invalid.problems))


def _password(environment: Mapping[str, str], ask: Callable[[str], str]) -> str:
    given = environment.get(PASSWORD, "")
    if given:
        return given
    try:
        password = ask("密码（至少10位）：")
        if ask("再输一次：") != password:
            raise AccountTrouble("两次输入的密码不一样，请重新运行。（The passwords differ.）")
    except EOFError:
        raise AccountTrouble(f"没有读到密码，请在终端里运行，或设置 {PASSWORD}。（No password.）") from None
    return password
