"""The pages of the catalogue's desk: the list, one item being reviewed, its sections, a comparison, a preview."""

from __future__ import annotations

from types import SimpleNamespace as View

from handlers.views.items import LIST_STATES
from handlers.views.items_edit import Told, box
from handlers.views.items_files import WORDS
from models.forms.form import Field, Form, Option, Section
from models.items.columns import BASICS, CODE_PARTS, CODES, FIELD, FIELD_TYPES, MATERIAL, STEP
from models.items.conditions import OPERATORS
from models.items.exchange import Report
from models.items.item import THEMES
from models.items.sheets_read import Trouble
from models.items.starting import NewItem
from models.items.writing import SECTIONS
from tests.browser.design_desks import DESK
from tests.browser.design_samples import FORM

LINE = View(
    href="/desk/items/elder-card", name="老年优待证", short="老年优待证", slug="elder-card", department="民政",
    theme="民政救助", area="大关镇", stands="第3版", open=True, draft="待审核", waiting=True, who="何编写　11月25日 09:12",
)  # fmt: skip
WHEN_FORM = Form(
    (
        Section(
            "why",
            "为什么困难",
            (
                Field(
                    "causes",
                    "主要原因",
                    "multiple",
                    options=(Option("illness", "家里有人生病"), Option("study", "供孩子上学")),
                ),
                Field("age", "年龄", "integer"),
            ),
        ),
    )
)
TOLD = Told(
    {"promised_days": "请填整数，例如 5。"},
    {"summary": ("waiting", "请控制在60字以内。")},
    {"name": "用文件上的全称"},
)
CONDITION = next(column for column in MATERIAL if column.kind == "when")
LIST = View(
    **DESK,
    asked=View(q="", state="", theme=""),
    lines=[LINE, View(**(vars(LINE) | {"open": False, "draft": "", "area": ""}))],
    states=list(LIST_STATES.items()),
    themes=list(THEMES.items()),
    departments=["民政", "人社"],
    may=True,
    typed=NewItem(),
    likes=[("elder-card", "老年优待证")],
    problems={},
)
CHANGE = View(
    place="summary",
    label="给群众看的一句话",
    how="修改",
    old="满60周岁可以办。",
    new="满60周岁，凭证有优待。",
    remark="",
)
ONE = View(
    **DESK,
    slug="elder-card",
    title="老年优待证",
    state="待审核",
    note="按新文件修改",
    effective="2026年12月1日",
    effective_on="2026-12-01",
    problem="",
    done="",
    rev=3,
    own=False,
    facts=[View(label="编号", value="elder-card"), View(label="现行版本", value="第2版")],
    may={"approve", "send_back"},
    sections=[View(href="/x", title="基本信息", wrong=1, said=1)],
    findings=[
        View(
            severity="必须改",
            tone="refused",
            message="承诺办结时限不能长于法定办结时限。",
            place="基本信息 · 承诺办结时限",
            href="#a",
        )
    ],
    remarks=[View(place="整体", href="", text="请补依据")],
    changes=[CHANGE, View(**(vars(CHANGE) | {"how": "新增", "old": ""}))],
    general="",
    history=[View(at="11月25日 09:12", who="何编写", what="提交审核", note="按新文件修改")],
    versions=[
        View(
            number=2,
            at="11月20日 10:00",
            who="何编写",
            approver="赵科长",
            note="精简",
            diff="/d",
            preview="/p",
        )
    ],
    closed=None,
    towns=[("529901101", "大关镇")],
    typed=None,
    problems={},
)
WRITING = {
    "may": {"start", "submit", "drop", "withdraw", "recall", "copy"}, "changes": [], "state": "编写中",
    "problems": {"note": "请写明改了什么、为什么。"}, "closed": View(notice="额度用完", reason="县政府令"),
}  # fmt: skip
EDIT = View(
    **DESK, title="老年优待证", section=SECTIONS["basics"], back="/desk/items/elder-card", action="/x", may=True, rev=3,
    boxes=[box(column, column.path, {"promised_days": "二十", "kind": "05"}, TOLD, WHEN_FORM) for column in BASICS],
    parts=[], groups=[],
    problems=[View(field="promised_days", label="", message="请填整数，例如 5。")], problem="", notes=[],
    saved=True, unsaved=True, fields=[("causes", "主要原因（causes）")], operators=list(OPERATORS.items()),
    values=[("是", ""), ("家里有人生病", "主要原因")],
)  # fmt: skip


def _row(at: int, columns, texts, fixed: bool = False) -> View:
    place = f"materials.{at}"
    return View(
        place=place, was=str(at), of="", label=f"材料{at + 1}", remark="请写明版本" if at else "", first=at == 0,
        last=at == 1,
        boxes=[box(each, f"{place}.{each.path}", texts, TOLD, WHEN_FORM) for each in columns],
    )  # fmt: skip


ROWS = {
    "boxes": [], "section": SECTIONS["steps"], "notes": [View(tone="refused", message="各环节的工作日合计超过承诺日数。")],
    "groups": [View(path="materials", title="环节", fixed=False,
                    rows=[_row(at, [c for c in STEP if c.kind != "when"], {}) for at in range(2)])],
}  # fmt: skip
LINES = {
    "materials.0.when": "causes 含 illness 且 age 不小于 80",
    "materials.1.when": "causes 含 illness 或 (age 大于 80 且 非 (age 已填))",
}
SITUATIONS = {
    "boxes": [], "section": SECTIONS["situations"],
    "groups": [View(path="materials", title="材料", fixed=True, rows=[_row(at, [CONDITION], LINES) for at in range(2)])],
}  # fmt: skip
CODES_PAGE = {
    "section": SECTIONS["codes"], "problems": [],
    "boxes": [box(column, column.path, {}, TOLD, WHEN_FORM) for column in CODES],
    "parts": [box(column, column.path, {"part.main": "001"}, TOLD, WHEN_FORM) for column in CODE_PARTS],
}  # fmt: skip
DIFF = View(
    **DESK, slug="elder-card", title="老年优待证", old="第1版", new="草稿", ends=["1", "draft"],
    choices=[("1", "第1版"), ("draft", "草稿")], changes=[CHANGE],
)  # fmt: skip

LINE_OF_FORM = View(
    key="causes", label="主要原因", type="多选", href="/f", required=True, element="person.health", when="age 不小于 80",
    finding="没有选项，也没有代码表。", remark="选项太少",
)  # fmt: skip
BUILDER = View(
    **DESK, slug="elder-card", title="老年优待证", may=True, rev=3, saved=True, making=False, problem="",
    note="要留一个手机号。",
    pages=[
        View(key=f"p{at}", number=at + 1, title="为什么困难", href="/p", preview="/v", when="a 已填", first=at == 0,
             last=at == 1, finding="这一页没有问题。" if at else "", fields=[] if at else [LINE_OF_FORM])
        for at in range(2)
    ],
    types=list(FIELD_TYPES.items()), elements=[("person.phone", "联系电话")], typed={"label": "长" * 9}, at="page.p1",
    problems={"element": "没有这个数据项，请从列表里选。"},
)  # fmt: skip
PART = View(
    **DESK, title="老年优待证", heading="问题：主要原因", back="/b", form_href="/f", action="/x", may=True, rev=3,
    saved=True,
    boxes=[box(column, column.path, {"show_if": "causes 含 illness"}, TOLD, WHEN_FORM) for column in FIELD[1:]],
    problems=[], problem="", note="没有选项。", remark="选项太少", fields=[("causes", "主要原因")],
    operators=list(OPERATORS.items()), values=[("是", "")], table="family", types=list(FIELD_TYPES.items()),
    columns=[View(key="family.income", label="收入", type="金额", href="/c")],
    search=View(q="电话", bound="", found=[View(key="person.phone", label="联系电话", type="电话", sensitivity="敏感")]),
)  # fmt: skip

PROBLEMS = (Trouble("材料", 7, "必要性", "没有“也许”这一项。"), Trouble("事项", 0, "", "缺少这张表。"))
IMPORT = View(
    **DESK, report=Report(3, PROBLEMS, PROBLEMS[:1]), really=True, problem="这不是 xlsx 文件。", ready=False,
    piles=[View(label="新增", count=2, names="a、b")], themes=list(THEMES.items()), departments=["民政"],
)  # fmt: skip
CELL = View(before=9, now=4, less=True, more=False)
FIGURES = View(
    **DESK, items=2, once="1 项（50%）", once_now="2 项（100%）", words=list(WORDS), theme="", department="",
    themes=list(THEMES.items()), departments=["民政"], file_href="/f", total=[CELL] * 4,
    rows=[View(href="/i", name="申请低保", department="民政", source="有记录", cells=[CELL] * 4)],
)  # fmt: skip

ITEM_PAGES = [
    ("items_import", "wrong", IMPORT),
    ("items_import", "plain", View(**(vars(IMPORT) | {"report": None, "piles": [], "problem": ""}))),
    ("items_figures", "some", FIGURES),
    ("items_form", "wrong", BUILDER),
    ("items_part", "field", PART),
    ("items", "some", LIST),
    (
        "items",
        "wrong",
        View(**(vars(LIST) | {"lines": [], "problems": {"id": "编号用小写字母。", "theme": "请选择主题。"}})),
    ),
    ("items_one", "reviewing", ONE),
    ("items_one", "writing", View(**(vars(ONE) | WRITING))),
    ("items_edit", "wrong", EDIT),
    ("items_edit", "codes", View(**(vars(EDIT) | CODES_PAGE))),
    ("items_edit", "rows", View(**(vars(EDIT) | ROWS))),
    ("items_edit", "situations", View(**(vars(EDIT) | SITUATIONS))),
    ("items_diff", "some", DIFF),
    ("items_diff", "none", View(**(vars(DIFF) | {"changes": []}))),
    ("items_preview", "form", View(**(vars(FORM) | {"matter": False}))),
]
