"""A new item: empty but for what nobody can do without, or like another one. Pure."""

from __future__ import annotations

import re

import msgspec

from models.base.errors import Invalid, Problem
from models.items.item import THEMES, Item
from models.roles.lines import DEPARTMENTS

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_ID = 40


class NewItem(msgspec.Struct, frozen=True):
    """What has to be known to begin. ``like``: the item whose content is taken along."""

    id: str = ""
    name: str = ""
    theme: str = ""
    department: str = ""
    like: str = ""


START = {
    "kind": "20", "level": "L2", "handling": "promised", "statutory_days": 20, "promised_days": 10, "minutes": 5,
    "conditions": [], "legal_basis": [], "materials": [],
    "steps": [
        {"key": "accept", "name": "受理", "kind": "accept", "role": "clerk", "tier": "town", "days": 2},
        {"key": "approve", "name": "决定", "kind": "approve", "role": "approver", "tier": "county", "days": 5},
    ],
    "form": {"sections": [{"key": "applicant", "title": "您的信息", "fields": [
        {"key": "name", "label": "姓名", "type": "text", "required": True, "max_length": 50, "element": "person.name"},
        {"key": "id_number", "label": "身份证号", "type": "id_number", "required": True, "element": "person.id_no"},
        {"key": "phone", "label": "手机号", "type": "phone", "required": True, "element": "person.phone"},
    ]}]},
}  # fmt: skip


def begun(new: NewItem, like: Item | None = None) -> Item:
    """The first text of a new item. Raises Invalid."""
    problems = _problems(new)
    if problems:
        raise Invalid(problems)
    own = {"id": new.id, "name": new.name.strip(), "short": new.name.strip(), "theme": new.theme,
           "department": new.department}  # fmt: skip
    if like is not None:
        tree = msgspec.to_builtins(like)
        kept = {
            name: value
            for name, value in tree.items()
            if name not in ("basic_code", "code", "before", "popular", "area", "variant_of")
        }
        return msgspec.convert(kept | own, Item)
    steps = [{**step, "department": new.department} for step in START["steps"]]  # type: ignore[attr-defined]
    blank = {"summary": "", "result": {"name": ""}, "steps": steps}
    return msgspec.convert(START | blank | own, Item)


def for_town(item: Item, town: str, name: str) -> Item:
    """The same matter for one town, which decides it by itself (S31): what the county does the town does. Its own
    implementation code is still to be given."""
    steps = [{**step, "tier": "town" if step.get("tier") == "county" else step.get("tier", "town")}
             for step in msgspec.to_builtins(item.steps)]  # fmt: skip
    body = f"{name}办事处" if name.endswith("街道") else f"{name}人民政府"
    own = {"id": f"{item.id}-{town}", "area": town, "variant_of": item.id, "body": body, "validity": name,
           "code": "", "steps": steps}  # fmt: skip
    return msgspec.convert(msgspec.to_builtins(item) | own, Item)


def _problems(new: NewItem) -> list[Problem]:
    found = []
    if not ID.fullmatch(new.id) or len(new.id) > LONGEST_ID:
        told = "编号用小写字母、数字和连字符，以字母开头，例如 elder-card，不超过40个字。"
        found.append(Problem("id", "item.id", told))
    if not new.name.strip() or len(new.name) > 100:
        found.append(Problem("name", "required", "请填写事项的正式名称，不超过100字。"))
    if new.theme not in THEMES:
        found.append(Problem("theme", "required", "请选择主题。"))
    if new.department not in DEPARTMENTS:
        found.append(Problem("department", "required", "请选择主管部门。"))
    return found
