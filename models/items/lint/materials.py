"""Rules about the papers asked for."""

from __future__ import annotations

from models.items.item import Item
from models.items.lint.rule import Found, Known, Rule

IN_FORM, BY_CARD = "form", "card"
VAGUE = ("其他材料", "其他资料", "相关材料", "有关材料", "等材料", "规定的其他")


def _named(item: Item, _known: Known) -> Found:
    for at, material in enumerate(item.materials):
        if not material.code.strip():
            yield f"materials.{at}.code"
        if not material.name.strip():
            yield f"materials.{at}.name"


def _twice(item: Item, _known: Known) -> Found:
    codes = [material.code for material in item.materials]
    return [f"materials.{at}.code" for at, code in enumerate(codes) if code and code in codes[:at]]


def _vague(item: Item, _known: Known) -> Found:
    for at, material in enumerate(item.materials):
        if any(word in material.name for word in VAGUE):
            yield f"materials.{at}.name"


def _criteria(item: Item, _known: Known) -> Found:
    return [f"materials.{at}.criteria" for at, each in enumerate(item.materials) if not each.criteria.strip()]


def _paper_counts(item: Item, _known: Known) -> Found:
    for at, material in enumerate(item.materials):
        if material.form == 1 and not material.originals and not material.copies:
            yield f"materials.{at}.originals"
        if material.originals < 0 or material.copies < 0:
            yield f"materials.{at}.originals"


def _had(item: Item, _known: Known) -> Found:
    fields = item.form.fields()
    for at, material in enumerate(item.materials):
        field = fields.get(material.field)
        asked = field is not None and (field.required or field.require_if is not None)
        if material.need == 0 and not material.held and not asked:
            yield f"materials.{at}.field"


def _field(item: Item, _known: Known) -> Found:
    fields = item.form.fields()
    for at, material in enumerate(item.materials):
        if material.field and (material.field not in fields or fields[material.field].type != "file"):
            yield f"materials.{at}.field"


def _held(item: Item, known: Known) -> Found:
    for at, material in enumerate(item.materials):
        if (
            material.held
            and material.held not in (IN_FORM, BY_CARD)
            and not known.elements.get(material.held)
        ):
            yield f"materials.{at}.held"


def _issued(item: Item, _known: Known) -> Found:
    """国家掌握的，尽量不再让人交."""
    for at, material in enumerate(item.materials):
        if material.source == "政府部门核发" and material.need == 0 and not material.held:
            yield f"materials.{at}.held"


def _tolerated(item: Item, _known: Known) -> Found:
    if item.tolerance and not any(each.need == 2 for each in item.materials):
        yield "tolerance.days"


def _not_tolerated(item: Item, _known: Known) -> Found:
    if item.tolerance is None:
        yield from (f"materials.{at}.need" for at, each in enumerate(item.materials) if each.need == 2)


RULES: tuple[Rule, ...] = (
    Rule("material.name", "材料要有编号和名称。", _named),
    Rule("material.twice", "材料编号重复。", _twice),
    Rule("material.vague", "不能写“其他材料”之类的兜底条款，请写明是什么。", _vague, basis="国务院关于规范行政许可的规定"),
    Rule("material.criteria", "写明审查要点，申请人才知道怎样算合格。", _criteria, "warn"),
    Rule("material.copies", "纸质材料要写明原件、复印件各几份。", _paper_counts),
    Rule("material.had", "必须的材料，要么有一个必答的上传问题，要么系统已有（免交）。", _had),
    Rule("material.field", "上传材料的问题不存在，或者不是“照片或文件”。", _field),
    Rule("material.held", "没有这个数据项。填表即可的写 form，刷身份证的写 card。", _held),
    Rule("tolerance.none", "没有“可容缺后补”的材料，不用写容缺期限。", _tolerated),
    Rule("tolerance.days", "有可容缺后补的材料，请写明容缺几个工作日。", _not_tolerated, "warn"),
    Rule("material.issued", "政府部门核发的材料，能从系统取的请写明数据项，不再让人交。", _issued, "warn"),
)  # fmt: skip
