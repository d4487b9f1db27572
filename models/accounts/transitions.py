"""How an account goes from one state to the next. Pure; each takes the entry that its history gains.

applied -> active <-> suspended
   |         |            |
refused      +-> closed <-+
"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from models.accounts.account import Account, Entry, State
from models.accounts.application import Place
from models.base.errors import Conflict

KEPT_UNDECIDED = timedelta(days=90)
KEPT_REFUSED = timedelta(days=180)
"""How long an application is kept that nobody decided on, and one that was refused: long enough to ask why."""


def approved(account: Account, place: Place, areas: tuple[str, ...], staff_no: str, username: str,
             entry: Entry) -> Account:  # fmt: skip
    """The account in use, at ``place`` (whose chain is ``areas``)."""
    _from(account, "applied")
    return replace(
        _noted(account, entry), state="active", staff_no=staff_no, username=username or staff_no,
        role=place.role, area=place.area, areas=areas, departments=place.departments, forget_at=None,
    )  # fmt: skip


def refused(account: Account, entry: Entry) -> Account:
    """The application at its end; its password is forgotten at once."""
    _from(account, "applied")
    return replace(
        _noted(account, entry), state="refused", password_hash="", forget_at=entry.at + KEPT_REFUSED
    )


def suspended(account: Account, entry: Entry) -> Account:
    _from(account, "active")
    return replace(_noted(account, entry), state="suspended")


def resumed(account: Account, entry: Entry) -> Account:
    _from(account, "suspended")
    return replace(_noted(account, entry), state="active")


def closed(account: Account, entry: Entry) -> Account:
    """The account at its end. Its name and number stay, because what was done under it stays."""
    _from(account, "active", "suspended")
    return replace(_noted(account, entry), state="closed", password_hash="")


def moved(account: Account, place: Place, areas: tuple[str, ...], entry: Entry) -> Account:
    """The account at another place."""
    _from(account, "active", "suspended")
    return replace(
        _noted(account, entry), role=place.role, area=place.area, areas=areas, departments=place.departments
    )


def renewed(account: Account, password_hash: str, entry: Entry) -> Account:
    """The account with another password."""
    _from(account, "active")
    return replace(_noted(account, entry), password_hash=password_hash)


def noted(account: Account, entry: Entry) -> Account:
    """The account with something written into its history that changes nothing else."""
    _from(account, "active", "suspended")
    return _noted(account, entry)


def _noted(account: Account, entry: Entry) -> Account:
    return replace(account, history=(*account.history, entry), rev=account.rev + 1)


def _from(account: Account, *states: State) -> None:
    if account.state not in states:
        raise Conflict("这个账号的状态已经变化，请刷新后再操作。", code="account.state")
