"""Every page in the states that it can be in: name of the template, name of the state, model."""

from __future__ import annotations

from types import SimpleNamespace as View
from typing import Any

from handlers.views.ratings import why
from tests.browser.design_accounts import ACCOUNT_PAGES
from tests.browser.design_acting import ACTING_PAGES
from tests.browser.design_bundles import BUNDLE_PAGES
from tests.browser.design_consents import ASKED, CONSENT_PAGES
from tests.browser.design_counter import COUNTER_PAGES
from tests.browser.design_desks import (
    CALENDAR_PAGE,
    CASE,
    DESK,
    LIGHT_NEW,
    LIGHT_PAGE,
    LIGHTS_PAGE,
    QUEUE,
    UNMASK,
)
from tests.browser.design_duty import DUTY_PAGES
from tests.browser.design_elements import ELEMENT_PAGES
from tests.browser.design_grid import GRID_PAGES
from tests.browser.design_integrity import INTEGRITY_PAGES
from tests.browser.design_items import ITEM_PAGES
from tests.browser.design_jobs import JOB_PAGES
from tests.browser.design_kept import KEPT_PAGES
from tests.browser.design_lifeevents import LIFE_PAGES
from tests.browser.design_plates import PLATE_PAGES
from tests.browser.design_problems import PROBLEM_PAGES
from tests.browser.design_ratings import RATING_PAGES, REASONS
from tests.browser.design_record import RECORD_PAGES
from tests.browser.design_registry import REGISTRY_PAGES
from tests.browser.design_reminders import REMINDER_PAGES
from tests.browser.design_rights import RIGHTS_PAGES
from tests.browser.design_samples import (
    BUNDLES,
    CONTACT,
    DOOR,
    FACTS,
    FORM,
    KINDS,
    POPULAR,
    ROWS,
    STEPS,
    every_question,
)
from tests.browser.design_slips import SLIP_PAGES
from tests.browser.design_sync import SYNC_PAGES

FIRST = FORM.questions[0]


def _with(model: View, **more: Any) -> View:
    return View(**(vars(model) | more))


def _plate(state: str) -> View:
    successor = View(href="/q/D2", label="丘林村三组 12号") if state == "replaced" else None
    return View(
        state=state,
        code="D7K2-9M4P-X3QT",
        successor=successor,
        typed="D7K2",
        action="/q/",
        contact=CONTACT,
        report_href="/mismatch/D7K2",
    )


def _paper(name: str, origin: str, words: str, **more: Any) -> View:
    return View(
        **{"name": name, "origin": origin, "words": words, "wanted": "", "note": "", "unsure": False} | more
    )


LIST = View(
    asked=5,
    own=1,
    rows=[
        _paper(
            "出生医学证明", "photo", "需要您拍照", wanted="上户口、医保、社保卡", note="四角齐全，编号清楚。"
        ),
        _paper("委托书", "photo", "需要您拍照（可以后补）", unsure=True),
        _paper("户口簿", "made", "由“新生儿落户”产出，不用交"),
        _paper("居民身份证", "held", "已有，不用交"),
    ],
)
NO_LIST = View(asked=0, own=0, rows=[])
ITEM = View(
    name="80周岁以上老年人高龄津贴",
    summary="满80岁的本县户籍老人，每月领一份津贴。",
    address=DOOR.address,
    back_href="/q/D7",
    start_href="/f/1",
    closed="",
    conditions=["本县户籍", "年满80周岁"],
    children=[],
    facts=[
        View(label="怎样证明身份", value="身份证登录"),
        View(label="办理时限", value="承诺 22 个工作日，法定 30 个"),
    ],
    papers=LIST,
    ask_href="",
    steps=STEPS,
    questions=[View(question="能代办吗？", answer="可以，带上委托书。")],
    legal_basis=["《老年人权益保障法》第三十三条"],
    unverified=["每档金额由县民政局核定"],
    desk=[View(label="办理地点", value="大关镇便民服务中心"), View(label="咨询电话", value="12345")],
)
PARTS = [View(name="出生登记", note="承诺3个工作日", conditions=["孩子出生一个月内"])]
CHECK = View(
    title="高龄津贴",
    address=DOOR.address,
    step=4,
    steps=4,
    declaration="我保证以上内容真实，愿意承担不实的后果。",
    keep=None,
    sections=[View(title="您的情况", href="#", rows=ROWS)],
    papers=LIST,
    action="/f/1/submit",
    submission_key="k1",
    back_href="/f/3",
    problems=[],
    due="预计12月3日前办结",
    consents=[],
    pressure=None,
    wait="",
)
RECEIPT = View(
    fresh=True,
    case_no="530399101202611220012",
    code="R7K2-9M4P-X3QT",
    title="高龄津贴",
    state_text="已提交，等待受理",
    address=DOOR.address,
    accepted_by="大关镇便民服务中心",
    complaint_phone="12388",
    tone="moving",
    due="预计12月3日前办结",
    paused="",
    extended="",
    broken="",
    owed=None,
    money="已先行救助2000元",
    go_on="",
    todo=None,
    steps=STEPS,
    children=[],
    done_count=0,
    papers=NO_LIST,
    within=None,
    lead="乡镇便民服务中心卫健窗口",
    handed="",
    result=None,
    rows=ROWS,
    masked=True,
    login_href="/login",
    qr_href="/static/icons/check.svg",
    pdf_href="/r/1.pdf",
    withdraw_href="/r/1/withdraw",
    remind_href="#",
    filled_href="#",
    rating=None,
    contact=CONTACT,
)
WORDS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
RATING = View(
    action="/r/1/rating",
    done="",
    problem="请选一项。",
    choices=[(5 - at, word) for at, word in enumerate(WORDS)],
    why=why(REASONS, (), ""),
    stars="",
    words="",
)
CHILDREN = [
    View(name="出生登记", state_text="已办结", tone="done", href="#", due="", withdraw_href=""),
    View(
        name="医保参保",
        state_text="需要您补正",
        tone="waiting",
        href="#",
        due="预计12月3日前办结",
        withdraw_href="#",
    ),
    View(name="社保卡申领", state_text="不予办理", tone="refused", href="#", due="", withdraw_href=""),
]
LOGIN = View(
    next="/",
    name="",
    id_number="",
    fields={},
    refused="",
    why="办理高龄津贴要确认您是谁。",
    read=False,
    valid="",
    note="",
    doubts={},
)
CONFIRM = View(
    next="/",
    code="",
    remembered=False,
    sent=False,
    pairing="",
    fields={},
    refused="",
    wait=0,
    contact=None,
    skip_href="/f/1",
)


ERROR = {"error": {"code": "too_many", "message": "尝试次数过多，请稍后再试。", "retry_after": 60}}
INDEX = View(
    query="",
    results=[],
    popular=POPULAR,
    bundles=BUNDLES,
    kinds=KINDS,
    code_action="/q/",
    typed="",
    problem="",
)
MINE = View(name="陈桂兰", login_href="", start_href="/", drafts=[], cases=[])
LINES = [
    View(
        title="高龄津贴", case_no="530399", href="#", state_text="办理中", tone="moving", note="11月20日提交"
    )
]
SUPPLEMENT = View(
    title="高龄津贴",
    case_no="530399",
    reason="照片看不清，电话少一位。",
    asked_by="大关镇便民服务中心 11月21日",
    until="12月1日",
    questions=every_question()[14:15],
    notes={"phone": "号码少一位，请补全。"},
    problems=[],
    action="#",
    back_href="#",
    submission_key="k2",
    facts=FACTS,
    contact=CONTACT,
)

OWED = View(
    papers=["近期照片", "四邻意见（11月21日 09:40已交）"],
    until="",
    over="到期没有补齐的，时限暂停，补齐后接着办",
    promise="/q/R1/promise",
    hand_in="/q/R1/papers",
)
PAPERS = View(
    title="宅基地建房",
    case_no="530399",
    until="12月5日",
    over=OWED.over,
    questions=every_question()[19:21],
    by_hand=["四邻意见"],
    problems=[],
    action="#",
    back_href="#",
    facts=FACTS,
    contact=CONTACT,
)
ASKING = View(
    name="新生儿出生一件事",
    back_href="#",
    action="#",
    start_href="#",
    questions=every_question()[:2],
    facts=FACTS,
    matters=(),
    answered=False,
    papers=LIST,
)
WITHIN = View(title="新生儿出生一件事", href="#", place=2, total=5)

PAGES: list[tuple[str, str, Any]] = [
    ("door", "plain", DOOR),
    ("door", "found", _with(DOOR, query="补贴", results=POPULAR, contact=None)),
    ("door", "nothing", _with(DOOR, query="火箭")),
    *[
        ("code_state", state, _plate(state))
        for state in ("unknown", "mistyped", "suspended", "replaced", "revoked")
    ],
    ("index", "plain", INDEX),
    ("index", "wrong", _with(INDEX, query="x", typed="D7", problem="编号要有 12 位，请对照门牌。")),
    ("item", "plain", ITEM),
    ("item", "bundle", _with(ITEM, children=PARTS, conditions=[], papers=NO_LIST, steps=[], ask_href="#")),
    ("item", "closed", _with(ITEM, closed="每年9月到12月受理，现在还没开始。")),
    ("form", "wrong", FORM),
    ("form", "plain", _with(FORM, problems=[], questions=[FIRST], login_href="", draft="")),
    ("form", "nothing", _with(FORM, problems=[], questions=[], papers=None)),
    ("checklist", "asking", ASKING),
    ("checklist", "told", _with(ASKING, answered=True, matters=("新生儿落户", "新生儿医保"))),
    ("checklist", "nothing", _with(ASKING, answered=True)),
    ("check", "plain", CHECK),
    (
        "check",
        "wrong",
        _with(CHECK, problems=[View(href="#f-phone", label="联系电话", message="请填写“联系电话”。")]),
    ),
    ("receipt", "fresh", RECEIPT),
    (
        "receipt",
        "todo",
        _with(
            RECEIPT,
            fresh=False,
            tone="waiting",
            state_text="需要您补正",
            todo=View(text="补一张清楚的身份证照片，12月1日前。", href="#", button="去补正"),
        ),
    ),
    (
        "receipt",
        "decided",
        _with(
            RECEIPT,
            fresh=False,
            tone="done",
            due="",
            state_text="已办结",
            rating=RATING,
            result=View(text="同意发放", reason="", remedies="", files=[View(name="审批表", href="#")]),
        ),
    ),
    (
        "receipt",
        "refused",
        _with(
            RECEIPT,
            fresh=False,
            tone="refused",
            due="",
            state_text="不予办理",
            result=View(text="不予办理", reason="户籍不在本县。", remedies="60日内申请行政复议", files=[]),
        ),
    ),
    (
        "receipt",
        "paused",
        _with(RECEIPT, fresh=False, paused="鉴定、评残：县人民医院评定，预计两周", extended="需要到现场复核"),
    ),
    ("receipt", "broken", _with(RECEIPT, fresh=False, broken="新生儿上户口", go_on="/q/R1/go-on")),
    ("receipt", "offered", _with(RECEIPT, fresh=False, owed=OWED)),
    ("receipt", "owing", _with(RECEIPT, fresh=False, owed=_with(OWED, until="12月5日", promise=""))),
    ("papers", "plain", PAPERS),
    (
        "receipt",
        "bundle",
        _with(RECEIPT, fresh=False, children=CHILDREN, done_count=1, steps=[], papers=LIST),
    ),
    ("receipt", "child", _with(RECEIPT, fresh=False, within=WITHIN, papers=LIST)),
    ("supplement", "plain", SUPPLEMENT),
    ("withdraw", "plain", View(title="高龄津贴", case_no="530399", action="/r/1/withdraw", back_href="/r/1")),
    ("login", "plain", LOGIN),
    ("login", "read", _with(LOGIN, name="陈桂兰", read=True, doubts={"name": "“兰”字看不清，请核对。"})),
    (
        "login",
        "expired",
        _with(
            LOGIN,
            name="陈桂兰",
            read=True,
            valid="2006年5月12日至2026年5月12日，云岭县公安局",
            note="这张身份证的有效期到2026年5月12日，已经过期。登录不受影响；当面办理要用有效的身份证，请到派出所换领。",
        ),
    ),
    ("login", "unread-back", _with(LOGIN, fields={"back": "有效期限看不清。请避开反光和阴影再拍一次。"})),
    ("login", "unread", _with(LOGIN, fields={"photo": "没有读出号码，请放平再拍一张。"})),
    ("login", "wrong", _with(LOGIN, fields={"id_number": "请填写18位身份证号码。"}, id_number="5303")),
    ("confirm", "plain", CONFIRM),
    ("confirm", "pairing", _with(CONFIRM, pairing="123456")),
    (
        "confirm",
        "refused",
        _with(
            CONFIRM, code="D7", remembered=True, sent=True, wait=40, refused="核对未通过。", contact=CONTACT
        ),
    ),
    ("staff_login", "refused", View(next="/desk", username="zhao", refused="用户名或密码不对。")),
    ("progress", "wrong", View(typed="R7", problem="没有找到这个编号，请对照回执。", action="/progress")),
    ("my", "some", _with(MINE, cases=LINES, drafts=LINES, login_href="/login")),
    ("my", "empty", MINE),
    ("error", "plain", ERROR),
    ("desk_list", "some", View(**DESK, queue=QUEUE, stream="")),
    ("desk_list", "empty", View(**DESK, queue=_with(QUEUE, rows=[], total=0, query="5303"), stream="")),
    ("desk_case", "open", CASE),
    (
        "desk_case",
        "closed",
        _with(CASE, problem="", done="已受理", actions=[], blocked="这件已由县民政局办理。"),
    ),
    ("desk_print", "plain", CASE),
    ("lights", "board", LIGHTS_PAGE),
    ("lights", "empty", _with(LIGHTS_PAGE, lights=[], counts=[], filters=[], more="")),
    ("light", "explained", LIGHT_PAGE),
    ("light_new", "wrong", LIGHT_NEW),
    ("calendar", "wrong", CALENDAR_PAGE),
    (
        "sheets",
        "plain",
        View(
            **DESK,
            areas=[("1", "大关镇"), ("2", "　丘林村")],
            area="2",
            count=48,
            problem="",
            layouts=[("12", "每页 12 个"), ("2", "每页 2 个")],
            layout="12",
            action="/sheets.pdf",
        ),
    ),
    (
        "outbox",
        "some",
        View(**DESK, messages=[View(at="11-22 09:30", to="138****0000", text="验证码 123456。")]),
    ),
    ("outbox", "empty", View(**DESK, messages=[])),
    *ACCOUNT_PAGES,
    *JOB_PAGES,
    *DUTY_PAGES,
    ("desk_case", "blind", _with(CASE, problem="", blind=True, applicant=[], unmask=UNMASK)),
    *ACTING_PAGES,
    *COUNTER_PAGES,
    *SLIP_PAGES,
    *BUNDLE_PAGES,
    *PLATE_PAGES,
    *GRID_PAGES,
    *RATING_PAGES,
    *ITEM_PAGES,
    *INTEGRITY_PAGES,
    *PROBLEM_PAGES,
    *LIFE_PAGES,
    *SYNC_PAGES,
    *RIGHTS_PAGES,
    *RECORD_PAGES,
    *REGISTRY_PAGES,
    *CONSENT_PAGES,
    *ELEMENT_PAGES,
    ("check", "consents", _with(CHECK, consents=ASKED, keep=ASKED[0])),
    *KEPT_PAGES,
    *REMINDER_PAGES,
    ("desk_case", "withdrawn", _with(CASE, compliance=["申请人撤回了对“银行账户”的同意。"])),
]
