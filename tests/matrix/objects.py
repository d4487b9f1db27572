"""Which thing each route is about, and who may have it: one entry for every route × verb.

A new route gets its entry here: its verb and address as OpenAPI writes them, the thing of the prepared world that fills
the address (``world.py`` makes them), and a rule of ``rules.py`` for who may have that thing. Whether the caller may
call the verb at all is not said here; the verb declares it. One table, so longer than other files.
"""

from __future__ import annotations

from typing import Any

import msgspec

from models.cases.posts import ACTIONS
from models.items.load import load_items
from tests.matrix.people import HER_LINE, HER_PLACE, HERE
from tests.matrix.rules import (
    Rule,
    Thing,
    all_of,
    any_of,
    at_its_desk,
    at_its_step,
    decides_there,
    holding,
    in_her_own_name,
    in_its_hall,
    in_its_office,
    logged_in,
    owner_at_l2,
    owner_or_holder,
    residents_of,
    subscribes,
    under_no_other_leave,
    whoever_changes,
    whoever_holds,
    whoever_may_call,
    whoever_sees,
    whose_it_is,
)


class Entry(msgspec.Struct, frozen=True):
    """One route × verb asked about one thing.

    ``query`` and ``sends`` name words of the world in braces, ``action`` fills the address's. ``sends`` is the body,
    chosen so that whoever is let in is told what is wrong with it, or does something that can be put back:
    ``restores`` names the collections. ``recorded``: what was looked for is on the record of looking even where it is
    not found. ``ends``: the session of whoever calls it is over, so it comes last. ``head``: asked with HEAD, since GET
    never ends. ``page``: who may have the page, where it tells less than JSON does.
    """

    route: str
    thing: Thing
    rule: Rule
    query: str = ""
    sends: Any = None
    action: str = ""
    restores: tuple[str, ...] = ()
    page: Rule | None = None
    recorded: bool = False
    ends: bool = False
    head: bool = False

    @property
    def name(self) -> str:
        """How tests and tables call it."""
        route = self.route.replace("{action}", self.action or "{action}")
        return f"{route}{'?' + self.query if self.query else ''}  ({self.thing.name})"

    @property
    def verb(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2]


SEEN = whoever_holds("case.see")
ITEMS = load_items()
ALLOWANCE = ITEMS["elder-allowance"]
NOTHING = Thing("nothing in particular")
DOOR = Thing("her door", {"code": "door"}, HER_PLACE)
REPAIR = Thing("a repair at her door", {"code": "door", "slug": "repair", "page": "first"}, HER_PLACE)
MATTER = Thing("an allowance at her door", {"code": "door", "slug": "allowance", "page": "first"}, HER_PLACE)
REPORT = Thing(
    "a report about her plate",
    {"report": "report", "file": "report_photo", "number": "report_number"},
    HER_PLACE,
)
HOUSEHOLD = Thing("her household", {"household": "household", "module": "house_module"}, HER_PLACE)
FINDING = Thing("what contradicts itself in her household", {"finding": "finding"}, HER_PLACE)
ON_RECORD = Thing("what is on record of her", {"owner": "person", "module": "person_module"}, HER_PLACE)
HER_HOUSE = Thing("her household", {"household": "household", "kind": "moving_in"}, HER_PLACE)
POSTER = Thing(
    "an item of 民政",
    {"slug": "card", "section": "basics", "part": "part", "field": "field"},
    (HERE["county"],),
    (HER_LINE,),
)
VISIT = Thing("a visit at hers, its photo still on the way", {"visit": "visit", "place": "zero"}, HER_PLACE)
NOBODYS = Thing("what nobody here has", {"photo": "no_photo"})
INSTALLATION = Thing("the county's", {}, (HERE["county"],))
STRICT = Thing("whether health is collected", {"element": "strict"}, (HERE["county"],))
VILLAGE = Thing("her village", {}, HER_PLACE[:3])
ACCOUNT = Thing("an account of her village", {"account": "account"}, HER_PLACE[:3])
HIS_CHILD = Thing("李明's daughter", {}, owners=("another",))
HIS_CHILD_S_NAME = Thing("李明's daughter's name", {"owner": "child", "element": "name"}, owners=("another",))
A_BATCH = Thing("what a reviewer of the town has settled", {}, HER_PLACE)
HER_WISH = Thing("a correction that she asked for", {}, owners=("L2",))
HER_LEAVE = Thing("leave that she gave 李明", {"mandate": "mandate"}, owners=("L2",))
HIS_LEAVE = Thing("leave that he holds", {"mandate": "held"}, owners=("another",))


def _case(name: str, words: str, at: int = 0, owners: tuple[str, ...] = ("L2",)) -> Thing:
    """An old-age allowance of hers at one of its steps."""
    fills = {
        "case": f"{words}_case", "code": f"{words}_receipt", "number": f"{words}_number", "rev": f"{words}_rev",
        "file": "file",
    }  # fmt: skip
    lines = tuple({step.department: None for step in ALLOWANCE.steps})
    return Thing(name, fills, HER_PLACE, lines, owners, ALLOWANCE.steps[at], SEEN)


CASE = _case("her case, new", "new")
CASE_IN_REVIEW = _case("her case, in review", "review", 1)
CASE_TO_DECIDE = _case("her case, to be decided", "decide", 3)
BY_AGENT = _case("her case, filed for her", "agent", owners=("agent", "L2"))
AGREED = Thing("a consent in her case", {"case": "new_case", "purpose": "purpose"}, HER_PLACE, owners=("L2",))
LIGHT = Thing(
    "a light of her case", {"light": "light"}, HER_PLACE, CASE.lines, step=ALLOWANCE.steps[0],
)  # fmt: skip
RATING = Thing(
    "a poor rating of her case", {"rating": "rating"}, (HERE["county"],), CASE.lines, step=ALLOWANCE.steps[3]
)
PARCEL = Thing("the results of a bundle under 民政", {"filing": "filing"}, HER_PLACE, (HER_LINE,))
TAKEN = Thing("a repair taken at the hall of her town", {"code": "taken"}, HER_PLACE[:2])
BREACH = Thing(
    "what is held against her",
    {"breach": "breach"},
    HER_PLACE,
    CASE.lines,
    ("L2",),
    seen=whoever_holds("integrity.see"),
)
MERGE = Thing("two houses of her grid that were made one", {"event": "merge"}, HER_PLACE)
TWO_HOUSES = Thing(
    "her household and the next",
    {"noun": "house_noun", "owner": "household", "other": "next_door"},
    HER_PLACE,
)
EVENT = Thing("what happened to her household", {"event": "event"}, HER_PLACE)
OLD_PAGE = {"revision": 9, "text": "齐全"}
PAPER = Thing(
    "a paper in her case that is kept",
    {"case": "new_case", "paper": "paper"},
    HER_PLACE,
    CASE.lines,
    ("L2",),
    seen=SEEN,
)
PROBLEM = Thing("a problem of her town", {"problem": "problem"}, HER_PLACE[:2])
REMINDER = Thing("a reminder of her matter", {"reminder": "reminder"})
WINDOW = Thing("a window in the hall of her town", {"code": "window"}, HER_PLACE[:2])
LOOK = Thing("a look at her case", {"look": "look"}, HER_PLACE, owners=("L2",))
REQUEST = Thing("what she asked about it", {"request": "request"}, HER_PLACE)
COMPLAINT = Thing("a complaint without a name", {"number": "complaint"})
POSTING = Thing("the notice of her case", {"case": "posting"})
FILE = Thing("a photo in her case", {"file": "file"}, HER_PLACE, (HER_LINE,), ("L2",))

HER_BATCH = Thing("a batch that nobody here has done", {"batch": "none_batch"}, HER_PLACE)
HER_JOB = Thing("long work that nobody here has begun", {"job": "none_job"}, HER_PLACE)
WRONG = {"username": 1, "code": 1, "name": 1, "refresh_token": 1}
"""No client sends this: whoever is let in hears 400."""

ENTRIES: tuple[Entry, ...] = (
    # What hangs on walls, and what a receipt's code opens for whoever holds it.
    Entry("GET /", NOTHING, whoever_may_call),
    Entry("GET /elder", NOTHING, whoever_may_call),
    Entry("GET /privacy", NOTHING, whoever_may_call),
    Entry("GET /healthz", NOTHING, whoever_may_call),
    Entry("GET /.well-known/security.txt", NOTHING, whoever_may_call),
    Entry("GET /metrics", NOTHING, whoever_may_call),
    Entry("GET /openapi.json", NOTHING, whoever_may_call),
    Entry("GET /staff", NOTHING, whoever_may_call),
    Entry("GET /code", DOOR, whoever_may_call, "code={door}"),
    Entry("GET /q/{code}", DOOR, whoever_may_call),
    Entry("GET /q/{code}", CASE, whoever_may_call),
    Entry("GET /mismatch/{code}", DOOR, whoever_may_call),
    Entry("POST /mismatch/{code}", DOOR, whoever_may_call, sends={}),
    Entry("GET /reports/{number}", REPORT, whoever_may_call),
    Entry("GET /q/{code}/code.png", CASE, whoever_may_call),
    Entry("GET /q/{code}/receipt.pdf", CASE, whoever_may_call),
    # A case, for whoever applied.
    Entry("GET /q/{code}/form", CASE, whose_it_is("login")),
    Entry("GET /q/{code}/remind", CASE, whose_it_is("login")),
    Entry("POST /q/{code}/remind", CASE, subscribes, sends={"what": []}, restores=("limits",)),
    Entry("GET /remind/{reminder}", REMINDER, whoever_may_call),
    Entry("POST /remind/{reminder}", REMINDER, whoever_may_call, sends={}, restores=("reminders",)),
    Entry("POST /q/{code}/go-on", CASE, whose_it_is("login"), sends={}),
    Entry("POST /q/{code}/promise", CASE, whose_it_is("login"), sends={}),
    Entry("GET /q/{code}/papers", CASE, whose_it_is("login")),
    Entry("POST /q/{code}/papers", CASE, whose_it_is("login"), sends={"answers": {}}),
    Entry("POST /q/{code}/rating", CASE, whose_it_is("login"), sends={"stars": 5}),
    Entry("GET /q/{code}/withdraw", CASE, whose_it_is("login")),
    Entry("GET /q/{code}/withdraw", BY_AGENT, whose_it_is("login")),
    Entry("POST /q/{code}/withdraw", CASE, whose_it_is("login"), sends={}, restores=("cases",)),
    Entry("POST /q/{code}/withdraw", BY_AGENT, whose_it_is("login"), sends={}, restores=("cases",)),
    Entry("GET /q/{code}/supplement", CASE, whose_it_is("login")),
    Entry("POST /q/{code}/supplement", CASE, whose_it_is("login"), sends={"answers": {}}),
    Entry("GET /progress", NOTHING, whoever_may_call),
    Entry("GET /progress", CASE, owner_at_l2, "number={number}"),
    Entry("GET /progress", BY_AGENT, owner_at_l2, "number={number}"),
    Entry("GET /files/{file}", FILE, owner_or_holder("case.see")),
    Entry("POST /files", NOTHING, whoever_may_call, sends={}),
    # Forms.
    Entry("GET /apply/{code}/{slug}", REPAIR, residents_of("L0"), page=whoever_may_call),
    Entry("GET /apply/{code}/{slug}", MATTER, residents_of("L2"), page=whoever_may_call),
    Entry(
        "POST /apply/{code}/{slug}", MATTER, residents_of("L2"),
        sends={"submission_key": "a-key-of-the-matrix", "answers": {"nonsense": 1}},
    ),
    Entry("GET /apply/{code}/{slug}/{page}", MATTER, residents_of("L2")),
    Entry("POST /apply/{code}/{slug}/{page}", MATTER, residents_of("L2"), sends={}, restores=("drafts",)),
    Entry("GET /apply/{code}/{slug}/papers", MATTER, whoever_may_call),
    Entry("POST /apply/{code}/{slug}/papers", MATTER, whoever_may_call, sends={"answers": {}}),
    Entry("GET /apply/{code}/{slug}/check", MATTER, residents_of("L2")),
    Entry(
        "PUT /apply/{code}/{slug}/draft", MATTER, residents_of("L2"), sends={"answers": {}}, restores=("drafts",)
    ),
    Entry("DELETE /apply/{code}/{slug}/draft", MATTER, whoever_may_call, sends={}, restores=("drafts",)),
    # Logging in.
    Entry("GET /login", NOTHING, whoever_may_call),
    Entry("POST /login", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /login/card", NOTHING, whoever_may_call),
    Entry("POST /login/card", NOTHING, whoever_may_call, sends={}),
    Entry("GET /login/confirm", NOTHING, whoever_may_call),
    Entry("POST /login/confirm", NOTHING, whoever_may_call, sends={}),
    Entry("POST /login/otp", NOTHING, whoever_may_call, sends={}),
    Entry("GET /login/pairing", NOTHING, whoever_may_call),
    Entry("POST /login/pairing", NOTHING, whoever_may_call, sends={}, restores=("pairings",)),
    Entry("POST /login/refresh", NOTHING, whoever_may_call, sends=WRONG),
    Entry("POST /wechat/login", NOTHING, whoever_may_call, sends=WRONG),
    Entry("POST /wechat/binding", NOTHING, whoever_may_call, sends=WRONG),
    Entry("DELETE /wechat/binding", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /staff/login", NOTHING, whoever_may_call),
    Entry("POST /staff/login", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /staff/second", NOTHING, whoever_may_call),
    Entry("POST /staff/second", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /staff/enrol", NOTHING, whoever_may_call),
    Entry("POST /staff/enrol", NOTHING, whoever_may_call, sends={}),
    Entry("POST /staff/enrol/confirm", NOTHING, whoever_may_call, sends=WRONG),
    Entry("POST /staff/enrol/recovery", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /staff/password", NOTHING, whoever_may_call),
    Entry("POST /staff/password", NOTHING, whoever_may_call, sends={"current": "wrong", "password": "wrong"}),
    Entry("GET /staff/apply", NOTHING, whoever_may_call),
    Entry("POST /staff/apply", NOTHING, whoever_may_call, sends=WRONG),
    Entry("GET /sessions", NOTHING, logged_in),
    Entry("POST /sessions", NOTHING, whoever_may_call, sends={}),
    # What is one's own.
    Entry("GET /my", NOTHING, whoever_may_call),
    Entry("GET /my/looks", NOTHING, whoever_may_call),
    Entry("GET /my/home-data", NOTHING, whoever_may_call),
    Entry("GET /my/record", NOTHING, whoever_may_call),
    Entry("GET /my/record/correct/{owner}/{element}", HIS_CHILD_S_NAME, whose_it_is()),
    Entry(
        "POST /my/record/correct/{owner}/{element}", HIS_CHILD_S_NAME, whose_it_is(), sends={"value": ""},
        restores=("people", "registry_changes"),
    ),
    Entry("POST /my/record/withdraw", HER_WISH, whose_it_is(), sends={"of": "me", "id": "{wish}"},
          restores=("people", "registry_changes")),
    Entry("GET /my/record/download", NOTHING, whoever_may_call),
    Entry("GET /my/record/print", NOTHING, whoever_may_call),
    Entry("GET /my/papers", NOTHING, whoever_may_call),
    Entry("POST /my/papers/{paper}/until", PAPER, whoever_may_call, sends={"valid_until": "x"}),
    Entry("POST /my/papers/{paper}/delete", PAPER, whose_it_is(), sends={}, restores=("kept_materials",)),
    Entry("GET /my/consents", NOTHING, in_her_own_name),
    Entry("POST /my/consents/{case}/{purpose}/withdraw", AGREED, whose_it_is(), sends={}, restores=("cases",)),
    Entry("GET /my/acting", NOTHING, whoever_may_call),
    Entry("POST /my/acting", NOTHING, whoever_may_call, sends={}),
    Entry("POST /my/acting/child", HIS_CHILD, whose_it_is(), sends={"person": "{child}"}),
    Entry("POST /my/acting/{mandate}/withdraw", HER_LEAVE, whose_it_is(), sends={}, restores=("mandates",)),
    Entry("POST /my/acting/{mandate}/start", HIS_LEAVE, whose_it_is(), sends={}),
    Entry("GET /my/looks/{look}/ask", LOOK, whose_it_is()),
    Entry("POST /my/looks/{look}/ask", LOOK, whose_it_is(), sends={}, restores=("rights",)),
    Entry("GET /my/integrity", NOTHING, whoever_may_call),
    Entry("GET /my/integrity/{breach}", BREACH, whose_it_is()),
    Entry("POST /my/integrity/{breach}/{action}", BREACH, whose_it_is(), sends=OLD_PAGE, action="object"),
    Entry("GET /my/rights", NOTHING, whoever_may_call),
    Entry("GET /my/rights/delete", NOTHING, whoever_may_call),
    Entry("POST /my/rights/delete", NOTHING, whoever_may_call, sends={}),
    Entry("POST /my/rights/delete/now", NOTHING, whoever_may_call, sends={}),
    Entry("GET /my/rights/explain", NOTHING, whoever_may_call),
    Entry("POST /my/rights/explain", NOTHING, whoever_may_call, sends={}),
    Entry("GET /complaint", NOTHING, whoever_may_call),
    Entry("POST /complaint", NOTHING, whoever_may_call, sends={}),
    Entry("GET /complaint/{number}", COMPLAINT, whoever_may_call),
    Entry("GET /notices", NOTHING, whoever_may_call),
    Entry("GET /notices/{case}", POSTING, whoever_may_call),
    Entry("POST /notices/{case}", POSTING, whoever_may_call, sends={}),
    Entry("POST /acting/end", NOTHING, whoever_may_call, sends={}, ends=True),
    # On the way from door to door.
    Entry("GET /grid/", NOTHING, whoever_may_call),
    Entry("GET /grid/app", NOTHING, whoever_may_call),
    Entry("GET /grid/sw.js", NOTHING, whoever_may_call),
    Entry("GET /grid/app.webmanifest", NOTHING, whoever_may_call),
    Entry("POST /grid/plate", DOOR, whoever_holds("registry.visit"), sends={"code": "{door}"}),
    # At a door.
    Entry("GET /grid/present", NOTHING, whoever_may_call),
    Entry("GET /grid/present", DOOR, whoever_holds("identity.confirm"), "code={door}"),
    Entry(
        "POST /grid/present", DOOR, whoever_holds("identity.confirm"),
        sends={"code": "{door}", "person": "{person}", "pin": "{pin}"}, restores=("mandates",),
    ),
    Entry(
        "POST /grid/present/code", DOOR, whoever_holds("identity.confirm"),
        sends={"code": "{door}", "person": "{person}"},
    ),
    Entry(
        "POST /grid/present/pair", DOOR, whoever_holds("identity.confirm"), sends={"pairing": "{pairing}"},
    ),
    # At a counter.
    Entry("GET /desk/counter", NOTHING, whoever_may_call),
    Entry("POST /desk/counter", NOTHING, whoever_may_call, sends={}),
    Entry("POST /desk/counter/card", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/counter/{code}", TAKEN, in_its_hall),
    Entry("GET /desk/windows", NOTHING, whoever_may_call),
    Entry("POST /desk/windows", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/windows/{code}/sheet.pdf", WINDOW, in_its_hall),
    Entry("POST /desk/windows/{code}/close", WINDOW, in_its_hall, sends={}),
    # At a desk.
    Entry("GET /desk", NOTHING, whoever_may_call),
    Entry("GET /desk", CASE, SEEN, "number={number}", recorded=True, page=whoever_may_call),
    Entry("GET /desk/stream", NOTHING, whoever_may_call, head=True),
    Entry("GET /desk/cases/{case}", CASE, SEEN),
    Entry("GET /desk/cases/{case}/papers/{paper}", PAPER, SEEN),
    Entry(
        "POST /desk/cases/{case}/papers/{paper}", PAPER,
        any_of(whoever_holds("case.accept"), whoever_holds("case.review")), sends={"issuer": ""},
    ),
    *(
        Entry(
            "POST /desk/cases/{case}/{action}", thing,
            all_of(at_its_step, decides_there) if action == "extend" else at_its_step, action=action,
            sends={"rev": "{rev}", "note": "齐全", "reason": "齐全"}, restores=("cases",),
        )
        for thing in (CASE, CASE_IN_REVIEW, CASE_TO_DECIDE)
        for action in ACTIONS
    ),
    *(
        Entry(
            "POST /desk/cases/{case}/{action}", thing, at_its_step, action=action,
            sends={"rev": "{rev}", "reason": "回避"}, restores=("cases",),
        )
        for thing in (CASE, CASE_IN_REVIEW, CASE_TO_DECIDE)
        for action in ("take", "assign")
    ),
    Entry(
        "POST /desk/cases/{case}/unmask", CASE_IN_REVIEW, SEEN, sends={"rev": "{rev}", "reason": "核对"},
        restores=("cases",),
    ),
    Entry("POST /desk/batch", NOTHING, whoever_may_call, sends={"action": "accept", "picks": []}),
    Entry("GET /desk/batch/{batch}", HER_BATCH, whose_it_is()),
    Entry("POST /desk/batch/{batch}/undo", HER_BATCH, whose_it_is(), sends={}),
    Entry("GET /desk/roster", NOTHING, whoever_may_call),
    Entry("POST /desk/roster", NOTHING, whoever_may_call, sends={"what": "add"}),
    Entry("GET /desk/leave", NOTHING, whoever_may_call),
    Entry("POST /desk/leave", NOTHING, whoever_may_call, sends={"what": "begin"}),
    Entry("GET /desk/elements", INSTALLATION, whoever_holds("elements.see")),
    Entry("GET /desk/elements/{element}", STRICT, whoever_holds("elements.see")),
    Entry(
        "POST /desk/elements/{element}", STRICT, whoever_holds("elements.change"), sends={"what": "on", "text": "x"},
    ),
    Entry("GET /desk/calendar", NOTHING, whoever_may_call),
    Entry(
        "POST /desk/calendar", INSTALLATION, whoever_holds("calendar.change"),
        sends={"day": "2026-12-07", "kind": "x", "reason": "县庆"},
    ),
    Entry("GET /desk/handing", NOTHING, whoever_may_call),
    Entry("GET /desk/handing/{filing}", PARCEL, whoever_holds("case.issue")),
    Entry("POST /desk/handing/{filing}", PARCEL, whoever_holds("case.issue"), sends={"rev": 2}),
    Entry("GET /desk/lights", NOTHING, whoever_may_call),
    Entry("GET /desk/board", NOTHING, whoever_may_call),
    Entry("GET /desk/lights/{light}", LIGHT, any_of(at_its_step, whoever_holds("board.see"))),
    *(
        Entry(
            "POST /desk/lights/{light}/{action}", LIGHT, rule, sends={"revision": 1, "text": "齐全"}, action=move,
            restores=("lights",),
        )
        for move, rule in (
            ("explain", at_its_step), ("appeal", at_its_step), ("uphold", whoever_holds("lights.decide")),
            ("cancel", whoever_holds("lights.decide")),
        )
    ),
    Entry("GET /visit/{code}", WINDOW, whoever_may_call),
    Entry("POST /visit/{code}", WINDOW, whoever_may_call, sends={"stars": 9}, restores=("limits",)),
    Entry("GET /ratings", NOTHING, whoever_may_call),
    Entry("GET /desk/integrity", NOTHING, whoever_may_call),
    Entry("GET /desk/integrity/{breach}", BREACH, whoever_holds("integrity.see")),
    *(
        Entry(
            "POST /desk/integrity/{breach}/{action}", BREACH, whoever_holds(verb), sends=OLD_PAGE, action=move,
        )
        for move, verb in (("serve", "integrity.record"), ("drop", "integrity.decide"))
    ),
    Entry("GET /desk/integrity/of/{case}", CASE, all_of(SEEN, whoever_holds("integrity.record"))),
    Entry("POST /desk/integrity/of/{case}", CASE, all_of(SEEN, whoever_holds("integrity.record")), sends={}),
    Entry("GET /desk/supervise/{case}", CASE, whoever_holds("lights.decide")),
    Entry("POST /desk/supervise/{case}", CASE, whoever_holds("lights.decide"), sends={}),
    Entry("GET /desk/problems", NOTHING, any_of(holding("problems.answer"), holding("problems.see"))),
    Entry("GET /desk/problems/ledger.csv", NOTHING, whoever_may_call),
    Entry("GET /desk/problems/new", NOTHING, whoever_may_call),
    Entry("POST /desk/problems/new", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/problems/{problem}", PROBLEM, any_of(in_its_office, whoever_holds("problems.see"))),
    *(
        Entry("POST /desk/problems/{problem}/{action}", PROBLEM, rule, sends=OLD_PAGE, action=move)
        for move, rule in (("report", in_its_office), ("strike", whoever_holds("problems.check")))
    ),
    Entry("GET /desk/ratings", NOTHING, whoever_may_call),
    Entry("GET /desk/ratings/{rating}", RATING, any_of(at_its_desk, whoever_holds("ratings.see"))),
    *(
        Entry(
            "POST /desk/ratings/{rating}/{action}", RATING, rule, sends={"revision": 9, "text": "齐全"}, action=move,
            restores=("ratings",),
        )
        for move, rule in (
            ("answer", at_its_desk), ("appeal", at_its_desk), ("call_back", whoever_holds("ratings.callback")),
            ("uphold", whoever_holds("ratings.decide")), ("reject", whoever_holds("ratings.decide")),
        )
    ),
    Entry("GET /desk/rights", NOTHING, whoever_may_call),
    Entry("GET /desk/rights/{request}", REQUEST, whoever_holds("rights.answer")),
    *(
        Entry(
            "POST /desk/rights/{request}/{action}", REQUEST, whoever_holds("rights.answer"), action=action,
            sends={"rev": 1, "text": "已核实，属于正常办理。", "ground": "dispute"}, restores=("rights",),
        )
        for action in ("answer", "refuse")
    ),
    Entry("GET /desk/outbox", INSTALLATION, whoever_holds("outbox.see")),
    # The grid worker's app; every id here is nobody's.
    *(
        Entry(f"GET /grid/{place}", NOTHING, whoever_may_call)
        for place in ("elements", "sync", "ops", "devices", "keys", "device")
    ),
    *(
        Entry(f"POST /grid/{place}", NOTHING, whoever_may_call, sends={})
        for place in ("ops", "device", "device/wiped")
    ),
    Entry("POST /grid/ops/seen", NOBODYS, whose_it_is(), sends={"id": "nobody's"}),
    Entry("GET /grid/photos/{photo}", NOBODYS, whose_it_is()),
    Entry("PATCH /grid/photos/{photo}", NOBODYS, whoever_may_call, sends={}),
    *(
        Entry(f"POST /{place}/devices", NOBODYS, whose_it_is(), sends={"device": "nobody's", "reason": "丢了"})
        for place in ("grid", "desk")
    ),
    Entry("GET /desk/devices", NOTHING, whoever_may_call),
    Entry("GET /desk/sync", NOTHING, whoever_may_call),
    Entry("POST /desk/sync", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/visits", NOTHING, whoever_may_call),
    Entry("GET /desk/visits", VILLAGE, whoever_holds("visits.see"), "area=" + HERE["village"]),
    Entry("GET /desk/visits/{visit}", VISIT, whoever_holds("visits.see")),
    Entry("GET /desk/visits/{visit}/photos/{place}", VISIT, whose_it_is()),
    Entry("GET /desk/registry", NOTHING, whoever_may_call),
    Entry("POST /desk/registry", NOTHING, whoever_may_call, sends={"q": ""}),
    *(
        Entry(f"GET /desk/registry/{place}{rest}", thing, seen)
        for place, thing, seen in (
            ("households/{household}", HOUSEHOLD, whoever_sees("house_basic", 1)),
            ("people/{owner}", ON_RECORD, whoever_sees("person_basic", 1)),
        )
        for rest in ("", "/history", "/modules/{module}")
    ),
    *(
        Entry(
            f"POST /desk/registry/{place}{rest}", thing, whoever_changes(module), sends={},
            restores=(place.partition("/")[0], "registry_changes"),
        )
        for place, thing, module in (
            ("households/{household}", HOUSEHOLD, "house_basic"), ("people/{owner}", ON_RECORD, "person_basic"),
        )
        for rest in ("/modules/{module}", "/modules/{module}/unchanged")
    ),
    Entry("GET /desk/registry/events", NOTHING, whoever_may_call),
    Entry("POST /desk/registry/events", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/registry/events/new", NOTHING, whoever_may_call),
    Entry("POST /desk/registry/events/new", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/registry/merges", NOTHING, whoever_may_call),
    Entry("POST /desk/registry/merges", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/registry/merges/{event}", MERGE, whoever_holds("registry.merge")),
    Entry("POST /desk/registry/merges/{event}/undo", MERGE, whoever_holds("registry.merge"), sends={}),
    Entry("GET /desk/registry/merges/{noun}/{owner}/{other}", TWO_HOUSES, whoever_holds("registry.merge")),
    Entry(
        "POST /desk/registry/merges/{noun}/{owner}/{other}", TWO_HOUSES, whoever_holds("registry.merge"), sends={}
    ),
    Entry("GET /desk/registry/events/{event}", EVENT, whoever_holds("registry.see:1")),
    Entry("POST /desk/registry/events/{event}/undo", EVENT, whoever_holds("registry.move"), sends={}),
    Entry(
        "POST /desk/registry/events/{event}/{action}", EVENT, whoever_holds("registry.review"), sends={},
        action="confirm",
    ),
    Entry("GET /desk/registry/households/{household}/events", HOUSEHOLD, whoever_holds("registry.see:1")),
    *(
        Entry(
            f"{verb} /desk/registry/households/{{household}}/events/{{kind}}", HER_HOUSE, whoever_holds("registry.move"),
            sends=None if verb == "GET" else {},
        )
        for verb in ("GET", "POST")
    ),
    Entry("GET /desk/registry/quality", NOTHING, whoever_may_call),
    Entry("GET /desk/registry/quality", VILLAGE, whoever_holds("registry.search"), "area=" + HERE["village"]),
    Entry(
        "GET /desk/registry/lacking", VILLAGE, whoever_holds("registry.search"),
        "module=house_basic&area=" + HERE["village"],
    ),
    Entry("GET /desk/registry/contradictions", NOTHING, whoever_may_call),
    Entry("GET /desk/registry/contradictions", VILLAGE, whoever_holds("registry.search"), "area=" + HERE["village"]),
    *(
        Entry(
            "POST /desk/registry/contradictions/{finding}/{action}", FINDING, whoever_changes("person_basic"),
            sends={"said": ""}, action=move,
        )
        for move in ("explain", "reopen")
    ),
    Entry("GET /desk/proposals", NOTHING, whoever_may_call),
    Entry("GET /desk/proposals", VILLAGE, whoever_holds("registry.review"), "area=" + HERE["village"]),
    Entry("POST /desk/proposals", NOTHING, whoever_may_call, sends={"picks": []}),
    Entry("POST /desk/proposals/undo", A_BATCH, whose_it_is(), sends={"batch": "{batch}"}),
    Entry("GET /desk/retention", NOTHING, whoever_may_call),
    Entry("GET /desk/jobs", NOTHING, whoever_may_call),
    Entry("GET /desk/jobs/{job}", HER_JOB, whose_it_is()),
    Entry("POST /desk/jobs/{job}/cancel", HER_JOB, whose_it_is(), sends={}),
    Entry("GET /desk/jobs/{job}/result", HER_JOB, whose_it_is()),
    Entry("GET /desk/registry/import", NOTHING, whoever_may_call),
    Entry("POST /desk/registry/import", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/registry/import/{job}", HER_JOB, whose_it_is()),
    Entry("POST /desk/registry/import/{job}", HER_JOB, whose_it_is(), sends={"columns": {}}),
    Entry("POST /desk/registry/import/{job}/confirm", HER_JOB, whose_it_is(), sends={}),
    Entry("POST /desk/registry/import/{job}/again", HER_JOB, whose_it_is(), sends={}),
    Entry("GET /desk/registry/export", NOTHING, whoever_may_call),
    Entry("POST /desk/registry/export", VILLAGE, whoever_holds("export.ask"), sends={"area": HERE["village"]}),
    Entry("POST /desk/registry/export/{job}/{action}", HER_JOB, whose_it_is(), sends={}, action="approve"),
    Entry("POST /desk/registry/export/{job}/{action}", HER_JOB, whose_it_is(), sends={}, action="refuse"),
    Entry("GET /desk/sheets", NOTHING, whoever_may_call),
    Entry("GET /desk/poster", NOTHING, whoever_may_call, "size=A4"),
    Entry("GET /matrix", NOTHING, whoever_may_call),
    Entry("GET /desk/sheets", VILLAGE, whoever_holds("sheets.print"), "area=" + HERE["village"] + "&layout={layout}"),
    Entry("POST /desk/codes/{code}/state", DOOR, whoever_holds("codes.change"), sends={"state": "active"}),
    Entry("POST /desk/items/{slug}/state", POSTER, whoever_holds("items.edit"), sends={"state": "open"}),
    Entry("GET /desk/items", NOTHING, whoever_may_call),
    Entry("POST /desk/items", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/items/{slug}", POSTER, whoever_holds("items.see")),
    Entry("GET /desk/items/{slug}/diff", POSTER, whoever_holds("items.see"), "from=1&to=draft"),
    Entry("GET /desk/items/{slug}/preview", POSTER, whoever_holds("items.see")),
    Entry("POST /desk/items/{slug}/preview", POSTER, whoever_holds("items.see"), sends={}),
    Entry("GET /desk/items/{slug}/edit/{section}", POSTER, whoever_holds("items.see")),
    Entry("POST /desk/items/{slug}/edit/{section}", POSTER, whoever_holds("items.edit"), sends={"rev": 9}),
    Entry("GET /desk/items/{slug}/form", POSTER, whoever_holds("items.see")),
    Entry("POST /desk/items/{slug}/form", POSTER, whoever_holds("items.edit"), sends={"rev": 9, "do": "up:page.a"}),
    Entry("GET /desk/items/{slug}/form/pages/{part}", POSTER, whoever_holds("items.see")),
    Entry("POST /desk/items/{slug}/form/pages/{part}", POSTER, whoever_holds("items.edit"), sends={"rev": 9}),
    Entry("GET /desk/items/{slug}/form/fields/{field}", POSTER, whoever_holds("items.see")),
    Entry("POST /desk/items/{slug}/form/fields/{field}", POSTER, whoever_holds("items.edit"), sends={"rev": 9}),
    *(
        Entry(
            "POST /desk/items/{slug}/draft/{action}", POSTER, whoever_holds(verb), action=move, sends={"rev": 9},
            restores=("item_drafts",),
        )
        for move, verb in (
            ("start", "items.edit"), ("submit", "items.edit"), ("recall", "items.edit"), ("drop", "items.edit"),
            ("withdraw", "items.edit"), ("reopen", "items.edit"), ("copy", "items.edit"), ("send_back", "items.review"),
            ("approve", "items.review"),
        )
    ),
    Entry("GET /desk/catalogue/export", NOTHING, whoever_may_call, "as=json"),
    Entry("GET /desk/catalogue/import", NOTHING, whoever_may_call),
    Entry("POST /desk/catalogue/import", NOTHING, whoever_may_call, sends={}),
    Entry("GET /desk/catalogue/figures", NOTHING, whoever_may_call),
    Entry("GET /desk/plates", NOTHING, whoever_may_call),
    Entry("GET /desk/plates/{report}", REPORT, whoever_holds("codes.change")),
    Entry("GET /desk/plates/{report}/photos/{file}", REPORT, whoever_holds("codes.change")),
    Entry("POST /desk/plates/{report}/suspend", REPORT, whoever_holds("codes.change"), sends={"reason": ""}),
    *(
        Entry(
            "POST /desk/plates/{report}/{action}", REPORT, whoever_holds("codes.change"), action=move,
            sends={"rev": 9, "note": "看过了"},
        )
        for move in ("visited", "closed")
    ),
    Entry(
        "POST /desk/households/{household}/pin", HOUSEHOLD, whoever_holds("pins.print"), sends={},
        restores=("households",),
    ),
    Entry("GET /desk/households/{household}/pin", HOUSEHOLD, whoever_holds("pins.print")),
    Entry("GET /desk/pins", NOTHING, whoever_may_call),
    Entry("GET /desk/pins", VILLAGE, whoever_holds("pins.print"), "area=" + HERE["village"]),
    Entry("POST /desk/pins", NOTHING, whoever_may_call, sends={"which": "chosen"}),
    # Accounts.
    Entry("GET /desk/accounts", NOTHING, whoever_may_call),
    Entry("GET /desk/accounts/{account}", ACCOUNT, whoever_holds("accounts.approve")),
    *(
        Entry(
            "POST /desk/accounts/{account}/{action}", ACCOUNT, whoever_holds(verb), action=action,
            sends={"rev": 9, "reason": "核对", "place": {"role": "clerk", "area": HERE["village"]}},
        )
        for action, verb in (
            ("approve", "accounts.approve"), ("refuse", "accounts.approve"), ("suspend", "accounts.change"),
            ("resume", "accounts.change"), ("close", "accounts.change"), ("move", "accounts.change"),
            ("reset_second", "accounts.change"),
        )
    ),
    Entry("GET /counter/done/{code}", TAKEN, under_no_other_leave, ends=True),
    # Last, for all of them.
    Entry("POST /logout", NOTHING, whoever_may_call, sends={}, ends=True),
)  # fmt: skip
