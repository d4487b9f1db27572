"""A hall with a desk for requests about one's own data, and the record of looking to ask about."""

from __future__ import annotations

from typing import Any

import pytest

from models.accounts.account import Account
from models.areas.area import chain_of
from models.audit.entry import Ground, What
from models.audit.repository import AuditRepository
from models.audit.service import Audit
from models.base.actor import Actor
from models.base.keys import Keyring
from models.files.file import Upload
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.rights.asking import Complaint, Deletion
from models.rights.desk import Given, RightsDesk
from models.rights.places import Places
from models.rights.repository import RightsRepository
from models.rights.request import Request
from models.rights.rules import load_rules
from models.rights.service import Filed, Rights
from models.rights.work import RightsWork
from tests.models.hall import CLERK, REVIEWER, Hall

COUNTY = Actor(
    "staff", subject="a-county-reviewer", name="钱县审", role="reviewer", area="529901", departments=("民政",)
)
SUN = Actor("staff", subject="a-sun-reviewer", name="孙外人", role="reviewer", area="529901102")
LONG_ENOUGH = "已核对，受理时查看年龄，属于正常办理。"
REVIEWERS = (REVIEWER, COUNTY, SUN)


class Bureau:
    """The slice of one process. Looks are those of the clerk, unless it is said whose."""

    def __init__(self, hall: Hall, audit: Audit) -> None:
        self.hall, self.audit = hall, audit
        self.repository = RightsRepository(hall.database, hall.cipher)
        limits = Limits(LimitRepository(hall.database), hall.cipher, hall.clock)
        self.rights = Rights(
            repository=self.repository, audit=audit, people=hall.people, accounts=hall.accounts, receipts=hall.receipts,
            places=Places(hall.codes, hall.receipts), drafts=hall.drafts, uploads=hall.uploads, limits=limits,
            cipher=hall.cipher, clock=hall.clock, days=hall.days, rules=load_rules(), county="529901",
        )  # fmt: skip
        self.desk = RightsDesk(
            repository=self.repository, audit=audit, accounts=hall.accounts, receipts=hall.receipts, clock=hall.clock,
            days=hall.days, rules=load_rules(), office=lambda area, departments: "·".join((area, *departments)),
            place=hall.areas.full_name, follow_href="http://yunling.example/complaint",
        )  # fmt: skip
        self.work = RightsWork(
            self.repository, hall.people, hall.drafts, hall.uploads, hall.kept_papers, hall.phones, hall.clock
        )

    async def looked(self, who: Actor = CLERK) -> str:
        """Somebody looks at 陈桂兰's data; the id of the look."""
        chen = self.hall.chen
        await self.audit.note(
            who, "view", What("case", "c1"), whose=(chen.person, chen.subject), ground=Ground("case", "5299")
        )
        return (await self.audit.looks_at((chen.person, chen.subject)))[0].id

    async def asked(self, who: Actor = CLERK, text: str = "") -> Request:
        """What 陈桂兰 asks about a look."""
        return (await self.rights.ask_look(self.hall.chen, await self.looked(who), text)).request

    async def deletion(self, target: str, **more: Any) -> Request:
        return (await self.rights.ask_deletion(self.hall.chen, Deletion(target, **more))).request

    async def complaint(
        self, text: str = "窗口等了一上午没有人", actor: Actor | None = None, **more: Any
    ) -> Filed:
        return await self.rights.complain(actor or self.hall.anybody, Complaint(text, **more))

    async def answer(self, who: Actor, request: Request, action: str = "answer", **told: Any) -> Request:
        return await self.desk.answer(
            who, request.id, action, Given(**{"rev": request.rev, "text": LONG_ENOUGH, **told})
        )

    async def numbers(self, who: Actor, view: Any = "open") -> list[str]:
        """What stands in somebody's list."""
        return [row.number for row in (await self.desk.listing(who, view)).rows]

    async def begin(self, item: str = "allowance") -> None:
        """陈桂兰 types into a form and brings a photo that she does not use."""
        draft = await self.hall.drafts.of(
            self.hall.chen, self.hall.catalogue.offer(item), self.hall.codes_of["chen"]
        )
        await self.hall.drafts.keep(self.hall.chen, draft, {"phone": "13912345678"})

    async def photo(self, data: bytes, who: Actor | None = None) -> Upload:
        return await self.hall.uploads.take(who or self.hall.chen, data, "a.jpg")

    async def left(self) -> tuple[int, int, int]:
        """How many drafts, uploads and chunks of files there are in the database."""
        names = ("drafts", "uploads", "files.chunks")
        drafts, uploads, chunks = [
            await self.hall.database.collection(name).count_documents({}) for name in names
        ]
        return drafts, uploads, chunks


@pytest.fixture
def bureau(io_loop, hall, database, tmp_path) -> Any:
    bureau = io_loop.run_sync(lambda: _open(hall, database, tmp_path / "audit" / "heads.jsonl"))
    yield bureau
    io_loop.run_sync(bureau.audit.close)


async def _open(hall: Hall, database: Any, heads: Any) -> Bureau:
    await database.ensure(
        (*RightsRepository.COLLECTIONS, *AuditRepository.COLLECTIONS, *LimitRepository.COLLECTIONS)
    )
    audit = Audit(
        AuditRepository(database), Keyring.fresh(), hall.cipher, hall.clock, heads,
        lambda area, departments: hall.areas.full_name(area) + "、".join(departments),
    )  # fmt: skip
    await audit.start()
    accounts = [
        Account(
            each.subject, f"user{number}", each.name, each.role, each.area, chain_of(each.area), each.departments,
            staff_no=f"10000{number}",
        )
        for number, each in enumerate(REVIEWERS)
    ]  # fmt: skip
    await hall.account_repository.put_new(accounts)
    return Bureau(hall, audit)
