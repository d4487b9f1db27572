"""A stuck queue brought in at the desk: opened, checked for being its device's, and answered operation by operation."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.accounts.service import Accounts
from models.areas.service import Areas
from models.base.actor import Actor
from models.base.errors import Forbidden, NotFound
from models.roles.rules import may
from models.sync.answer import Answer
from models.sync.doing import Done, Touch
from models.sync.intake import BATCH, Intake
from models.sync.phones import Phones
from models.sync.queue import QueueKeys, bad

VERB = "sync.bring"


class Brought(msgspec.Struct, frozen=True):
    """Whose queue it was, of which device, when it was made by that device's clock, and what became of each operation."""

    author: str
    name: str
    device: str
    made: datetime
    ops: tuple[Answer, ...]


class Bringing:
    """By the worker herself, or by a colleague in whose area she works."""

    def __init__(
        self, keys: QueueKeys, phones: Phones, intake: Intake, accounts: Accounts, areas: Areas
    ) -> None:
        self._keys = keys
        self._phones = phones
        self._intake = intake
        self._accounts = accounts
        self._areas = areas

    async def bring(self, actor: Actor, file: bytes) -> tuple[Brought, tuple[Touch, ...]]:
        """Take in what is in a file, in the name of whoever made it. Raises Invalid where it is none, was damaged or was
        not made by the device that it names; Forbidden where its author works elsewhere."""
        queue = self._keys.open(file)
        if not queue.is_of(self._phones.secret(queue.account, queue.device)):
            raise bad("queue.mac", "这个文件不是由它所写的那台设备导出的，不能导入。")
        author = await self._author(actor, queue.account)
        done: list[Done] = []
        envelopes = queue.envelopes()
        for start in range(0, len(envelopes), BATCH):
            done += await self._intake.take(author, queue.device, envelopes[start : start + BATCH])
        told = tuple(each.answer for each in done)
        touched = tuple(touch for each in done for touch in each.touched)
        return Brought(author.subject, author.name, queue.device, queue.made, told), touched

    async def _author(self, actor: Actor, account: str) -> Actor:
        if account == actor.subject:
            return actor
        try:
            author = await self._accounts.actor(account)
        except NotFound:
            raise bad("queue.author", "导出这个文件的账号已停用，请联系管理员。") from None
        if not may(actor, VERB, self._areas.chain(author.area)):
            raise Forbidden("导出这个文件的网格员不在您的管理范围内。", code="area.not_yours")
        return author
