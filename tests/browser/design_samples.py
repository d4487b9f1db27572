"""A model for every template, and the drawing of a page without a server: what test_design.py looks at."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace as View
from typing import Any

import msgspec
from tornado.template import Loader

from models.base.actor import ANONYMOUS, Actor
from models.forms.form import Field, Option, When

ROOT = Path(__file__).resolve().parents[2]
OFFICE = "云岭县政务服务"
ELDER_PEOPLE = Actor(kind="resident", level="L2", name="陈桂兰")
APPROVER = Actor(kind="staff", name="赵科长", role="approver", area="530399")
DESKS = frozenset(
    {
        "desk_list",
        "desk_case",
        "desk_print",
        "desk_right",
        "desk_rights",
        "plate",
        "plates",
        "sheets",
        "handing",
        "handing_one",
        "lights",
        "desk_ratings",
        "desk_rating",
        "desk_breaches",
        "desk_problems",
        "desk_problems_print",
        "desk_problem",
        "desk_problem_new",
        "registry_events",
        "registry_event",
        "registry_merges",
        "registry_pair",
        "registry_merge",
        "registry_event_new",
        "registry_event_preview",
        "desk_sync",
        "desk_phones",
        "desk_visits",
        "desk_visit",
        "desk_breach",
        "desk_breach_new",
        "calendar",
        "elements",
        "elements_one",
        "items",
        "items_one",
        "items_edit",
        "items_diff",
        "items_form",
        "items_import",
        "import",
        "export",
        "import_map",
        "import_one",
        "job",
        "jobs",
        "items_figures",
        "items_part",
        "light",
        "leave",
        "batch",
        "batch_done",
        "roster",
        "light_new",
        "outbox",
        "accounts",
        "account",
        "desk_devices",
        "pins",
        "pins_confirm",
        "pins_one",
        "present",
        "grid_list",
        "counter",
        "counter_taken",
        "windows",
        "kept_verify",
        "registry_search",
        "registry_quality",
        "registry_lacking",
        "registry_findings",
        "registry_household",
        "registry_person",
        "registry_history",
        "registry_module",
    }
)


def draw(loader: Loader, name: str, model: Any, *, elder: bool = False) -> bytes:
    """The page ``name`` as a handler would send it."""
    return loader.load(f"{name}.html").generate(
        m=model,
        actor=APPROVER if name in DESKS else ANONYMOUS if name == "door" else ELDER_PEOPLE,
        elder=elder,
        office=OFFICE,
        page_url=f"/{name}?a=1&b=2",
        asset=lambda path: f"/static/{path}",
        inline=lambda path: (ROOT / "static" / path).read_text(encoding="utf-8"),
        xsrf_form_html=lambda: '<input type="hidden" name="_xsrf" value="2|token">',
    )


def question(field: Field, value: Any = "", problem: str = "", prefix: str = "", **more: Any) -> View:
    """The view of a field, as fields/field.html reads it."""
    seen = {
        "field": field,
        "name": prefix + field.key,
        "value": value,
        "display": str(value),
        "problem": problem,
        "options": [(option.value, option.label) for option in field.options],
        "source": "",
        "shown": True,
        "required": field.required,
        "show_if": _json(field.show_if),
        "require_if": _json(field.require_if),
        "files": [],
        "rows": [],
        "masked": False,
        "kept": None,
    }
    return View(**(seen | more))


def _json(when: When | None) -> str:
    return msgspec.json.encode(when).decode() if when else ""


def options(*labels: str) -> tuple[Option, ...]:
    return tuple(Option(str(at), label) for at, label in enumerate(labels, 1))


CONTACT = View(name="王网格", phone="0874-8123456")
PHONE = Field("phone", "联系电话", "phone", required=True, element="person.phone")
NAME = Field("name", "姓名", "text", required=True, element="person.name")
HELPED = Field("helped", "有人代您办理吗", "yes_no", required=True)
HELPER = Field("helper", "代办人姓名", "text", required=True, show_if=When(field="helped", value="yes"))
INCOME = Field(
    "income",
    "家庭收入",
    "table",
    required=True,
    hint="每种收入一行。",
    max_rows=5,
    columns=(
        Field("kind", "来源", "single", required=True, options=options("务农", "务工", "养老金")),
        Field("amount", "每月金额", "money", required=True),
    ),
)


def every_question() -> list[View]:
    """One of each of the 22 types, some of them wrong."""
    row = View(
        index=0,
        cells=[
            question(INCOME.columns[0], "2", prefix="income.0."),
            question(INCOME.columns[1], "-1", "“每月金额”不能小于0元，请检查。", prefix="income.0."),
        ],
    )
    photo = View(id="f1", name="身份证正面.jpg", href="/static/icons/warn.svg", image=True)
    ways = options("自取", "邮寄", "网格员送达", "电子证照", "代领", "村委会转交")
    when = When(field="helped", value="yes")
    return [
        question(NAME, "陈桂兰"),
        question(Field("why", "申请理由", "textarea", hint="说清楚家里的困难。")),
        question(Field("people", "家里几口人", "integer", required=True, unit="人", min=1), "0", "请检查。"),
        question(Field("land", "耕地面积", "decimal", unit="亩")),
        question(Field("rent", "每月房租", "money"), "300"),
        question(Field("born", "出生日期", "date", required=True), "1940-13-01", "请填写真实的日期。"),
        question(Field("since", "从哪个月开始", "month")),
        question(HELPED, "yes"),
        question(HELPER, "", "请填写“代办人姓名”。"),
        question(Field("level", "护理级别", "single", required=True, options=options("一级", "二级")), "1"),
        question(Field("way", "怎样取结果", "single", required=True, options=ways)),
        question(Field("needs", "需要哪些帮助", "multiple", options=ways), ["1", "3"], "最多选两项。"),
        question(Field("id", "身份证号码", "id_number", required=True)),
        question(Field("firm", "统一社会信用代码", "credit_code", require_if=when)),
        question(PHONE, "1380000", "请填写11位手机号码。"),
        question(
            Field("area", "户籍所在村", "area", required=True), options=[("5", "丘林村"), ("6", "石桥村")]
        ),
        question(Field("address", "详细地址", "address", element="person.address", max_length=100)),
        question(Field("account", "银行卡号", "bank_account", required=True, hint="要用本人的卡。")),
        question(Field("who", "照顾您的人", "member"), {"name": "陈小妹"}, options=[("t1", "陈建国")]),
        question(Field("card", "身份证照片", "file", required=True, camera=True), files=[photo]),
        question(Field("paper", "证明材料", "file", hint="有就上传，没有不影响。")),
        question(Field("sign", "签名", "signature", required=True), {"name": "陈桂兰"}),
        question(INCOME, rows=[row]),
        question(Field("total", "合计", "computed", unit="元"), "1200"),
        question(Field("told", "告知承诺", "notice", required=True, text="我填写的内容真实。"), "yes"),
    ]


def entries(*pairs: tuple[str, str]) -> list[View]:
    return [View(name=name, href=f"/i/{at}", note=note) for at, (name, note) in enumerate(pairs)]


POPULAR = entries(
    ("高龄津贴", "身份证·约3分钟"), ("供水报修", "免登录·约1分钟"), ("城乡居民医保参保", "身份证·约4分钟")
)
BUNDLES = entries(("新生儿出生", "6项合1"), ("身后事", "5项合1"), ("残疾人服务", "4项合1"))
KINDS = [
    View(name=name, entries=[] if name == "扶贫惠民" else POPULAR * 4)
    for name in (
        "民政救助",
        "社会保险",
        "农业服务",
        "就业培训",
        "合作医疗",
        "村镇建设",
        "残疾帮助",
        "教育助学",
        "扶贫惠民",
        "户籍申办",
        "供水服务",
        "供电服务",
        "计生服务",
    )
]
STEPS = [
    View(name="受理", office="大关镇便民服务中心", state="done", at="11月20日 09:40", note=""),
    View(name="初审", office="大关镇民政办", state="current", at="", note="正在核对户籍。"),
    View(name="审批", office="县民政局", state="todo", at="", note=""),
]
ROWS = [
    View(label="姓名", value="陈*兰", source="来自户籍登记 2026-03-02", href="#", was="", problem=""),
    View(label="联系电话", value="", source="", href="#", was="139****1111", problem="请填写“联系电话”。"),
    View(label="周岁", value="83岁", source="", href="", was="", problem=""),
]
DOOR = View(
    address="大关镇丘林村三组 12号",
    code="D7K2-9M4P-X3QT",
    code_href="/q/D7K29M4PX3QT",
    host="ban.yunling.gov.cn",
    contact=CONTACT,
    mismatch_href="/q/D7K29M4PX3QT/mismatch",
    notices_href="/notices?area=529901101201",
    rate_href="",
    query="",
    results=[],
    popular=POPULAR,
    bundles=BUNDLES,
    kinds=KINDS,
)
FACTS = {"values": {}, "kinds": {}, "today": "2026-11-22"}
KNOWN = [
    question(NAME, "陈桂兰", source="来自户籍登记 2026-03-02"),
    question(
        Field("born_on", "出生日期", "date", required=True), "1940-03-08", source="来自户籍登记 2026-03-02"
    ),
    question(
        Field("bank", "银行卡号", "bank_account"),
        display="***************1234",
        source="上次申请",
        masked=True,
    ),
]
TROUBLE = [
    View(field="people", label="家里几口人", message="请检查。"),
    View(field="income.0.amount", label="每月金额", message="“每月金额”不能小于0元，请检查。"),
]
FORM = View(
    title="高龄津贴",
    address=DOOR.address,
    section=View(key="self", title="您的情况", hint="只问登记里没有的。"),
    step=2,
    steps=4,
    action="/f/1",
    draft="/drafts/1",
    submission_key="k1",
    known=KNOWN,
    questions=every_question(),
    papers=View(
        asked=3,
        own=0,
        rows=[View(name="身份证", origin="held", words="已有，不用交", wanted="", note="", unsure=False)],
    ),
    facts=FACTS,
    problems=TROUBLE,
    back_href="/f/0",
    login_href="/login",
    saved="已存好，10:32",
    contact=CONTACT,
)
