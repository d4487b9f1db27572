"""``python -m server end-sessions``: puts somebody out, or everybody, for the hour when there is no time for pages.

Every process that serves hears of it within a second; nothing else changes, and whoever has her password or her slip
comes in again. An account that must stay out is suspended at the desk besides.
"""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from typing import Any

from models.base import idnumber
from server.container import Container


class SessionsTrouble(Exception):
    """It did not come off. ``str(error)`` is a sentence for the operator."""


def declare(commands: Any) -> None:
    """The command and what it takes."""
    parser = commands.add_parser(
        "end-sessions", help="end log-ins of an account, of a resident, or of everybody"
    )
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--account", default="", metavar="USERNAME", help="of a member of staff")
    whose.add_argument("--resident", action="store_true", help="of the resident whose ID number is asked for")
    whose.add_argument("--everybody", action="store_true", help="residents and staff, on every device")


async def end_sessions(
    built: Container, options: argparse.Namespace, ask: Callable[[str], str] = getpass.getpass
) -> int:
    """How many were ended. Raises SessionsTrouble where nobody is meant."""
    sessions = built.home.sessions
    if options.everybody:
        return await sessions.end_everybody()
    if options.account:
        account = await built.home.accounts.by_username(options.account)
        if account is None:
            raise SessionsTrouble(f"没有用户名为 {options.account} 的账号。（No such account.）")
        return await sessions.end_all(account.id, "operator")
    try:
        number = idnumber.normalise(ask("身份证号（不显示）："))
        idnumber.check(number, built.home.today())
    except (EOFError, ValueError):
        raise SessionsTrouble("身份证号不对，请对照身份证再输一次。（No valid ID number.）") from None
    return await sessions.end_all(sessions.subject(number), "operator")
