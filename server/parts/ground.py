"""What everything stands on: keys, clock and calendar, limits, pools of processes, the line to the SMS gateway."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
from tornado.httpclient import AsyncHTTPClient

from models.base.chance import Chance
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.calendar.repository import CalendarRepository
from models.calendar.service import Calendar
from models.calendar.working_days import WorkingDays
from models.database import Database
from models.elements.registry import Elements, load_elements
from models.limits.edge import Edge
from models.limits.repository import LimitRepository
from models.limits.service import Limits
from models.limits.tally import Tally
from models.notices.sms import DemoSms, HttpSms, SmsOutbox
from models.rotation.service import Keys
from server.adapters import NoSms
from server.collections import COLLECTIONS
from server.installation import Installation
from server.settings import Settings
from server.workers import Workers

KEEPING_SECONDS, KEEPING_MEGABYTES = 20.0, 2048
"""What one upload may take to be drawn anew. A large photo takes a second."""

EXCHANGE_SECONDS = 60.0  # what a file of items may take to be read; five hundred take ten

SHEET_SECONDS, SHEET_MEGABYTES = 300.0, 2048
"""What a large sheet may take to be read or written. Forty thousand rows take ten seconds."""

CARD_READERS = 2  # processes that read ID cards, each of some 400 MB; they start at the first picture


class Pools(msgspec.Struct, frozen=True):
    """Processes beside the loop: for symbols and sheets, for uploads, for pictures of cards, for files of items, for
    large sheets of the registry."""

    drawing: Workers
    keeping: Workers
    reading: Workers
    items: Workers
    sheets: Workers


class Ground(msgspec.Struct, frozen=True):
    """``outbox`` is there only in a demonstration without a gateway: it shows what would have been sent."""

    settings: Settings
    database: Database
    clock: Clock
    demo: bool
    keys: Keys
    elements: Elements
    pools: Pools
    chance: Chance
    days: WorkingDays
    calendar_repository: CalendarRepository
    calendar: Calendar
    limits: Limits
    tally: Tally
    edge: Edge
    sms: Any
    outbox: DemoSms | None

    @property
    def cipher(self) -> Cipher:
        """What seals and finds sensitive values."""
        return self.keys.cipher

    @property
    def cooling(self) -> timedelta:
        """How long a changed login phone rests before it counts."""
        return timedelta(hours=self.settings.phone_cooling_hours)


async def lay(settings: Settings, database: Database, clock: Clock) -> Ground:
    """Bring the database up, open the keys and read the calendar."""
    await database.ensure(COLLECTIONS)
    installation = await Installation.read(database)
    keys = await Keys.open(database, clock, settings.origin)
    days, calendar_repository = WorkingDays(), CalendarRepository(database)
    calendar = Calendar(calendar_repository, days, clock, settings.county)
    await calendar.reload()
    limits = Limits(LimitRepository(database), keys.cipher, clock)
    tally = Tally(LimitRepository(database), keys.cipher, clock)
    outbox = _outbox(settings, database, keys.cipher, clock) if installation.demo else None
    return Ground(
        settings=settings,
        database=database,
        clock=clock,
        demo=installation.demo,
        keys=keys,
        elements=load_elements(),
        pools=Pools(
            Workers(1),
            Workers(1, seconds=KEEPING_SECONDS, megabytes=KEEPING_MEGABYTES),
            Workers(CARD_READERS),
            Workers(1, seconds=EXCHANGE_SECONDS, megabytes=KEEPING_MEGABYTES),
            Workers(1, seconds=SHEET_SECONDS, megabytes=SHEET_MEGABYTES),
        ),
        chance=Chance(),
        days=days,
        calendar_repository=calendar_repository,
        calendar=calendar,
        limits=limits,
        tally=tally,
        edge=Edge(limits, tally, clock, settings.limit_scale),
        sms=outbox or _gateway(settings),
        outbox=outbox,
    )


def _outbox(settings: Settings, database: Database, cipher: Cipher, clock: Clock) -> DemoSms | None:
    return None if settings.sms_url else DemoSms(SmsOutbox(database, cipher), clock)


def _gateway(settings: Settings) -> HttpSms | NoSms:
    return HttpSms(AsyncHTTPClient(), settings.sms_url, settings.sms_token) if settings.sms_url else NoSms()
