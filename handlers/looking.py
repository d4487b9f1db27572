"""No look without a record: what handlers note before they show or change somebody's data."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from models.accounts.application import AccountDetail
from models.audit.entry import MOST_FIELDS, MOST_WHOSE, Act, Ground, What
from models.base.actor import Actor
from models.base.errors import Unavailable
from models.cases.case import Case
from models.cases.desk import Seen
from models.integrity.breach import Breach
from models.keptpapers.paper import KeptPaper
from models.lifeevents.event import Event
from models.mandates.mandate import GROUND_NAMES, Mandate
from models.mandates.presence import Standing
from models.merging.merge import Merge
from models.people.book import Noun
from models.ratings.rating import Rating
from models.record.review import Listing, Settled
from models.registry.findings import Kept
from models.registry.search import Hits
from models.rights.request import Request
from models.sessions.pairing import Shown
from models.slips.slip import Batch
from models.sync.doing import Touch
from models.visits.visit import Visit

if TYPE_CHECKING:
    from handlers.base import Base

OWN = Ground("own")
GATHER = 0.25  # seconds: what residents file themselves is put on record many at a time


async def at_case(handler: Base, act: Act, case: Case) -> None:
    """Staff look at a case, or do something with it. Raises Unavailable where that cannot be recorded."""
    whose = (case.applicant.person, case.applicant.subject)
    await _note(handler, act, What("case", case.id), whose, Ground("case", case.case_no))


async def at_seen(handler: Base, act: Act, seen: Seen, reason: str = "") -> None:
    """The same of a case as the desk lets her see it, which may not say whose it is; ``reason`` where she looks behind
    the veil of a blind review."""
    ground = Ground("stated", reason) if reason else Ground("case", seen.case.case_no)
    await _note(handler, act, What("case", seen.case.id), seen.whose, ground)


async def at_list(handler: Base, name: str, whose: Iterable[str], fields: tuple[str, ...] = ()) -> None:
    """Staff are shown a list with somebody's name or number on every line. ``name`` says which list, ``whose`` who
    stands in it."""
    await _note(handler, "view", What("list", name, fields), tuple(whose), Ground("duty"))


async def search(handler: Base, number: str, seen: Seen | None) -> None:
    """Staff look for a case by its number, found or not."""
    case_id, whose = (seen.case.id, seen.whose) if seen else ("", ())
    await _note(handler, "search", What("case", case_id), whose, Ground("duty", number))


async def at_plate(handler: Base, act: Act, what: What, whose: Iterable[str] = (), reason: str = "") -> None:
    """Staff print plates or PIN slips, or bring a code or an item into another state."""
    ground = Ground("stated", reason) if reason else Ground("duty")
    await _note(handler, act, what, tuple(whose), ground)


async def at_slips(handler: Base, batch: Batch) -> None:
    """Staff print PIN slips: one entry a household, for everybody who belongs to it."""
    ground = Ground("stated", batch.reason) if batch.reason else Ground("duty")
    await asyncio.gather(*(
        _note(
            handler, "print", What("household", letter.line.code, ("household.pin",)),
            tuple(member.person for member in letter.home.members), ground,
        )
        for letter in batch.letters
    ))  # fmt: skip


async def own_form(handler: Base, offer: str) -> None:
    """Somebody who acts for another sees what is known of her, in a form. One's own form is no look."""
    actor = handler.actor
    if actor.mandate:
        ground = Ground("delegated", actor.mandate)
        await _note(handler, "view", What("draft", offer), (actor.person, actor.subject), ground)


async def at_operations(handler: Base, touched: Sequence[Touch], reason: str = "") -> None:
    """A grid worker's phone has changed something, or whoever has brought in what it could not send (``reason``): an entry
    for each household, person and visit."""
    ground = Ground("stated", reason) if reason else Ground("duty", "入户采集")
    await asyncio.gather(*(
        _note(handler, "change", What(each.noun, each.id, each.fields[:MOST_FIELDS]), each.whose, ground)
        for each in touched
    ))  # fmt: skip


async def at_visit(handler: Base, visit: Visit) -> None:
    """Staff read what a grid worker found at a household."""
    await _note(handler, "view", What("visit", visit.id), visit.people, Ground("duty", "走访记录"))


async def at_session(handler: Base, act: Act, what: What, ground: Ground) -> None:
    """Staff end what somebody is logged in on."""
    await _note(handler, act, what, (), ground)


async def at_request(handler: Base, act: Act, request: Request) -> None:
    """Staff read a request about somebody's own data, or answer it."""
    whose = (request.whose.person, request.whose.subject)
    await _note(handler, act, What("request", request.id), whose, Ground("duty", "答复权利请求"))


async def asking(handler: Base, act: Act, request: Request) -> None:
    """Somebody has asked about her own data ("file"), or has deleted some of it ("change")."""
    whose = (request.whose.person, request.whose.subject)
    await _note(handler, act, What("request", request.id), whose, OWN)


async def own_record(handler: Base, act: Act, shown: str = "") -> None:
    """A resident has the numbers of her own record shown whole, or takes all of it along. ``shown``: which line."""
    actor = handler.actor
    of, _, key = shown.partition(":")
    fields = (key,) if key in handler.home.elements.by_key else ()
    await _note(handler, act, What("person", actor.person, fields), (actor.person, actor.subject), OWN)


async def at_registry(
    handler: Base, act: Act, owner: tuple[Noun, str], whose: tuple[str, ...], fields: Iterable[str] = (), reason: str = ""
) -> None:  # fmt: skip
    """Staff see a household or a person of the registry, have numbers shown whole, or have changed what ``fields`` say."""
    noun, owner_id = owner
    ground = Ground("stated", reason) if reason else Ground("duty", "信息台账")
    what = What(noun, owner_id, tuple(fields)[:MOST_FIELDS])
    await _note(handler, act, what, whose[:MOST_WHOSE], ground)


async def registry_search(handler: Base, hits: Hits, reason: str) -> None:
    """Staff have looked for people or households on a reason: who was found, and by which element."""
    await _note(
        handler, "search", What("list", "registry", hits.fields), hits.whose, Ground("stated", reason)
    )


async def at_findings(handler: Base, rows: Iterable[Kept]) -> None:
    """Staff see which households contradict themselves, people named on the lines."""
    await at_list(handler, "contradictions", dict.fromkeys(each.of for each in rows if each.of))


async def at_proposals(handler: Base, listing: Listing) -> None:
    """Staff see what people would have the registry say, and what it says: a list with values in it."""
    whose = [person for row in listing.rows for person in row.whose]
    fields = tuple(dict.fromkeys(row.key for row in listing.rows))[:MOST_FIELDS]
    await at_list(handler, "proposals", whose, fields)


async def at_changes(handler: Base, act: Act, settled: Settled, reason: str) -> None:
    """Staff have settled proposed changes, or taken that back: an entry for each value."""
    ground = Ground("stated", reason)
    notes = [
        _note(handler, act, What(each.noun, each.owner, (each.key,)), each.whose, ground)
        for each in settled.done
    ]
    await asyncio.gather(*notes)


def check(handler: Base) -> None:
    """Before a change that is put on record when it is done. Raises Unavailable where it could not be."""
    handler.home.audit.check()


async def at_material(handler: Base, file_id: str, owner: str) -> None:
    """Staff open a paper of a case, or somebody who acts for another one of hers. ``owner`` is whose it is, as uploads
    name owners."""
    kind, _, subject = owner.partition(":")
    whose: tuple[str, ...] = (subject.partition(":")[0],) if kind == "card" else ()
    if kind == "mandate":
        whose = await handler.home.mandates.whose(subject)
    ground = Ground("delegated", handler.actor.mandate) if handler.actor.mandate else Ground("duty")
    await _note(handler, "view", What("material", file_id), whose, ground)


async def at_paper(handler: Base, act: Act, case: Case, paper: KeptPaper) -> None:
    """Staff look at a kept paper of a case, or say that they have held the original against it."""
    whose = (case.applicant.person, case.applicant.subject)
    await _note(handler, act, What("material", paper.id), whose, Ground("case", case.case_no))


async def own_paper(handler: Base, paper_id: str) -> None:
    """A resident has deleted a paper that was kept for her."""
    actor = handler.actor
    await _note(handler, "change", What("material", paper_id), (actor.person, actor.subject), OWN)


async def filing(handler: Base, receipt: str) -> None:
    """A resident has filed something; herself, or somebody for her. What she files herself is on record in its case
    already, so she does not wait for the second one, and a receipt is not refused for it."""
    actor = handler.actor
    what, whose = What("case", receipt), (actor.person, actor.subject)
    if actor.mandate:
        await _note(handler, "file", what, whose, Ground("delegated", actor.mandate))
        return
    with suppress(Unavailable):
        _note(handler, "file", what, whose, OWN, within=GATHER)


async def consent(handler: Base, case: Case) -> None:
    """A resident, or a guardian for her child, has taken a consent back."""
    actor = handler.actor
    ground = Ground("delegated", actor.mandate) if actor.mandate else OWN
    await _note(handler, "change", What("consent", case.id), (actor.person, actor.subject), ground)


async def acting(handler: Base, mandate: Mandate) -> None:
    """Somebody begins to act for somebody else."""
    whose = (mandate.principal.person, mandate.principal.id)
    ground = Ground("delegated", GROUND_NAMES[mandate.ground])
    await _note(handler, "delegate", What("consent", mandate.id), whose, ground)


async def at_counter(handler: Base, mandate: Mandate) -> None:
    """A clerk begins a matter for somebody at her counter, and sees what the form knows of her: for that matter alone,
    and said so where she lives outside the clerk's area."""
    intake, her = mandate.intake, mandate.principal
    assert intake  # noqa: S101 - made at a counter
    beyond = "" if handler.actor.area in intake.areas else "，跨区域通办"
    what = handler.home.catalogue.offer(mandate.offers[0]).short
    ground = Ground("stated", f"{intake.hall_name}窗口受理“{what}”，本人到场{beyond}")
    await _note(handler, "delegate", What("consent", mandate.id), (her.person, her.id), ground)


async def at_door(handler: Base, standing: Standing) -> None:
    """A grid worker sees who lives behind a plate."""
    whose = tuple(member.person for member in standing.members)
    await _note(handler, "view", What("household", standing.code), whose, Ground("duty", "上门代办"))


async def at_identity(handler: Base, shown: Shown, *, confirmed: bool) -> None:
    """A grid worker holds somebody's card against his screen, and says that it is she."""
    what, ground = What("session" if confirmed else "person"), Ground("duty", "当面核实身份")
    await _note(handler, "manage" if confirmed else "view", what, (shown.person,), ground)


async def at_rating(handler: Base, act: Act, rating: Rating) -> None:
    """Staff read what somebody wrote about an office, whole, or do something about it. Who it was stands in the case."""
    what = What("case", rating.case) if rating.case else What("ticket", rating.id)
    ground = Ground("case", rating.case_no) if rating.case else Ground("duty", "好差评回访")
    await _note(handler, act, what, (), ground)


async def at_breach(handler: Base, act: Act, breach: Breach) -> None:
    """Staff read what is held against somebody, or do something about it."""
    whose = (breach.person, breach.subject)
    await _note(handler, act, What("breach", breach.id), whose, Ground("case", breach.case_no))


async def at_event(handler: Base, act: Act, event: Event, reason: str = "") -> None:
    """Staff read what has become of people and households, report it, or settle what was reported."""
    ground = Ground("stated", reason) if reason else Ground("duty", "人口变动登记")
    await _note(handler, act, What("event", event.id), event.people, ground)


async def at_element(handler: Base, key: str, ground: str) -> None:
    """An administrator has an element of level 3 collected, or not any more: nobody's data, and everybody's concern."""
    await _note(handler, "manage", What("element", key, (key,)), (), Ground("stated", ground))


async def at_merge(handler: Base, act: Act, merge: Merge, reason: str = "") -> None:
    """Staff read which two records were made one, make them so, or take it back."""
    ground = Ground("stated", reason) if reason else Ground("duty", "合并重复登记")
    await _note(handler, act, What("event", merge.id), merge.people, ground)


async def at_account(handler: Base, act: Act, account: AccountDetail, reason: str = "") -> None:
    """An administrator sees an account or an application whole, or has done something to it (``act`` "manage")."""
    whose = (handler.home.sessions.subject(account.id_number),) if account.id_number else ()
    ground = Ground("stated", reason) if reason else Ground("duty", "账号管理")
    await _note(handler, act, What("account", account.id), whose, ground)


async def login(handler: Base, actor: Actor) -> None:
    """A member of staff has come in."""
    audit = handler.home.audit
    audit.here(handler.route, handler.request.remote_ip or "")
    await audit.note(actor, "login", What("session", actor.session), ground=Ground("duty"))


def _note(
    handler: Base, act: Act, what: What, whose: tuple[str, ...], ground: Ground, within: float = 0.0
) -> asyncio.Future[Any]:
    audit = handler.home.audit
    audit.here(handler.route, handler.request.remote_ip or "")
    return audit.note(handler.actor, act, what, whose=whose, ground=ground, within=within)
