"""Rules about the form: what the engine asks of it, and what residents may expect of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.forms.form import Field
from models.forms.lint import faults_of, when_faults
from models.items.item import Item
from models.items.lint.rule import Found, Known, Rule

SAME_KIND = {"text": "text", "textarea": "text", "address": "text"}
PAGE_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONG_PAGE = 15
MANY_PAGES = 12


def questions(item: Item) -> Iterator[tuple[str, Field]]:
    """Every question with its place, the columns of tables included."""
    for field in item.form.fields().values():
        yield f"form.fields.{field.key}", field
        for column in field.columns:
            yield f"form.fields.{field.key}.{column.key}", column


def _sound(item: Item, known: Known) -> Found:
    kinds = {"页面": "form.sections", "字段": "form.fields", "规则": "form.rules"}
    for fault in faults_of(item.form, known.elements.code_lists, known.elements.keys()):
        key = str(int(fault.key) - 1) if fault.kind == "规则" else fault.key
        yield f"{kinds[fault.kind]}.{key}", f"{fault.sentence}。"


def _some(item: Item, _known: Known) -> Found:
    return [] if item.form.fields() else ["form"]


def _empty_page(item: Item, _known: Known) -> Found:
    return [f"form.sections.{section.key}" for section in item.form.sections if not section.fields]


def _page_title(item: Item, _known: Known) -> Found:
    return [
        f"form.sections.{section.key}.title" for section in item.form.sections if not section.title.strip()
    ]


def _long_page(item: Item, _known: Known) -> Found:
    for section in item.form.sections:
        if len(section.fields) > LONG_PAGE:
            yield f"form.sections.{section.key}"


def _many_pages(item: Item, _known: Known) -> Found:
    return ["form"] if len(item.form.sections) > MANY_PAGES else []


def _bound(item: Item, known: Known) -> Found:
    for place, field in questions(item):
        element = known.elements.get(field.element or "")
        if element is None:
            continue
        same = SAME_KIND.get(field.type, field.type) == SAME_KIND.get(element.type, element.type)
        if not same or (field.codes or element.codes) != element.codes:
            yield f"{place}.element"


def _one_self(item: Item, _known: Known) -> Found:
    """Otherwise the applicant's own name would be filled in for somebody else."""
    for key in ("person.name", "person.id_no"):
        own = [
            field.key
            for field in item.form.fields().values()
            if field.element == key and field.subject == "applicant"
        ]
        yield from (f"form.fields.{each}.subject" for each in own[1:])


def _phone(item: Item, _known: Known) -> Found:
    asked = any(field.type == "phone" and field.required for _, field in questions(item))
    return [] if asked or item.level == "L0" else ["form"]


def _retyped(item: Item, known: Known) -> Found:
    """What the registry may know is not asked afresh."""
    by_label = {element.label: element.key for element in known.elements.by_key.values()}
    for field in item.form.fields().values():
        key = by_label.get(field.label)
        if key and not field.element and field.subject == "applicant":
            told = f"登记库里有“{field.label}”（{key}），绑定后不用再填。"
            yield f"form.fields.{field.key}.element", told


def _consent(item: Item, known: Known) -> Found:
    """An unknown purpose would be asked for by nobody, and the answer given without any consent."""
    for place, field in questions(item):
        if field.consent and field.consent not in known.purposes:
            yield f"{place}.consent"


def _bars(item: Item, known: Known) -> Found:
    for place, field in questions(item):
        if field.commitment and not set(field.commitment.bars) <= known.breaches:
            yield f"{place}.commitment.bars"


def _page_key(item: Item, _known: Known) -> Found:
    return [f"form.sections.{page.key}" for page in item.form.sections if not PAGE_KEY.fullmatch(page.key)]


def _when_of_materials(item: Item, _known: Known) -> Found:
    for at, material in enumerate(item.materials):
        yield from ((f"materials.{at}.when", f"{fault}。") for fault in when_faults(material.when, item.form))


def _when_of_steps(item: Item, _known: Known) -> Found:
    for at, step in enumerate(item.steps):
        yield from ((f"steps.{at}.when", f"{fault}。") for fault in when_faults(step.when, item.form))


def _read_by_steps(item: Item, _known: Known) -> Found:
    fields = item.form.fields()
    for at, step in enumerate(item.steps):
        for name in ("publish", "shows"):
            if any(key not in fields for key in getattr(step, name)):
                yield f"steps.{at}.{name}"


def _urgent(item: Item, _known: Known) -> Found:
    if item.urgent:
        yield from (("urgent.when", f"{fault}。") for fault in when_faults(item.urgent.when, item.form))


def _once(item: Item, _known: Known) -> Found:
    fields = item.form.fields()
    if item.once and any(key not in fields for key in item.once.fields):
        yield "once.fields"


RULES: tuple[Rule, ...] = (
    Rule("form.sound", "表单写错了。", _sound),
    Rule("form.none", "表单里还没有问题。", _some),
    Rule("page.empty", "这一页没有问题。", _empty_page),
    Rule("page.key", "页面的键只能用小写字母、数字和下划线，以字母开头。", _page_key),
    Rule("page.title", "这一页没有标题。", _page_title),
    Rule("page.long", f"一页不宜超过{LONG_PAGE}问，请分成几页。", _long_page, "warn"),
    Rule("form.long", f"表单超过{MANY_PAGES}页，请精简。", _many_pages, "warn"),
    Rule("field.bound", "问题的类型与绑定的数据项不一致。", _bound),
    Rule("field.subject", "同一个人只问一次；问的是别人的，请写明是谁。", _one_self),
    Rule("form.phone", "要留一个必填的手机号，才能通知到人。", _phone),
    Rule("field.retyped", "登记库里有这一项，绑定后不用再填。", _retyped, "warn"),
    Rule("field.consent", "没有这种单独同意的用途，请从列表里选。", _consent),
    Rule("commitment.bars", "没有这种失信，请写失信种类的代号。", _bars),
    Rule("material.when", "材料的情形写错了。", _when_of_materials),
    Rule("step.when", "环节的情形写错了。", _when_of_steps),
    Rule("step.fields", "这里写的问题，表单里没有。", _read_by_steps),
    Rule("urgent.when", "急难程序的情形写错了。", _urgent),
    Rule("once.fields", "查重复用的问题，表单里没有。", _once),
)
