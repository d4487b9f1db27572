"""The items and the bundle of the small hall: one for each level, and a bundle over three departments."""

from __future__ import annotations

from typing import Any

import msgspec

from models.items.item import Bundle, Item


def _step(key: str, name: str, department: str, role: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "name": name, "department": department, "role": role, "kind": kind, **more}


def _item(slug: str, name: str, department: str, level: str, steps: list, fields: list, **more: Any) -> Item:
    form = {"sections": [{"key": "all", "title": "全部", "fields": fields}], "rules": more.pop("rules", [])}
    base = {
        "id": slug, "name": name, "short": name, "kind": "05", "theme": "relief", "department": department,
        "level": level, "handling": "promised", "statutory_days": 30, "promised_days": 10, "minutes": 3,
        "summary": f"办理{name}。", "conditions": [], "legal_basis": [], "materials": [], "steps": steps,
        "result": {"name": name, "kind": "资金"}, "form": form,
    }  # fmt: skip
    return msgspec.convert({**base, **more}, Item)


NAME = {"key": "name", "label": "姓名", "type": "text", "required": True, "element": "person.name"}
ID = {
    "key": "id_number",
    "label": "身份证号",
    "type": "id_number",
    "required": True,
    "element": "person.id_no",
}
PHONE = {"key": "phone", "label": "手机号", "type": "phone", "required": True, "element": "person.phone"}
ADDRESS = {
    "key": "address",
    "label": "地址",
    "type": "address",
    "required": True,
    "element": "house.std_address",
}
ACCOUNT = {
    "key": "account", "label": "银行账号", "type": "bank_account", "required": True,
    "element": "person.subsidy_account",
}  # fmt: skip
AGE = {"key": "age", "label": "年龄", "type": "computed", "compute": {"op": "age", "fields": ["born"]}}
BORN = {"key": "born", "label": "出生日期", "type": "date", "element": "person.birth_date"}
PHOTO = {"key": "photo", "label": "近照", "type": "file", "max_files": 2}
FAMILY = {
    "key": "family", "label": "家人", "type": "table", "columns": [
        {**NAME, "subject": "member"}, {**ID, "subject": "member"},
        {"key": "relation", "label": "与户主关系", "type": "single", "codes": "GB/T 4761",
         "element": "person.relation_to_head", "subject": "member"},
        {"key": "income", "label": "月收入", "type": "money"},
    ],
}  # fmt: skip

ALLOWANCE = _item(
    "allowance", "高龄津贴", "民政", "L2",
    [
        _step("accept", "受理", "民政", "clerk", "accept", days=1),
        _step("check", "初审", "民政", "reviewer", "review", days=5),
        _step("approve", "审批", "民政", "approver", "approve", tier="county", days=4),
        _step("issue", "发放", "民政", "approver", "issue", tier="county"),
    ],
    [NAME, ID, BORN, AGE, PHONE, ADDRESS, ACCOUNT, PHOTO, FAMILY],
    rules=[{"must": {"field": "age", "op": "ge", "value": 80}, "field": "born", "message": "满80周岁才能申请。",
            "code": "allowance.age"}],
    materials=[{"code": "M1", "name": "近期照片", "field": "photo"}, {"code": "M2", "name": "身份证", "held": "card"}],
)  # fmt: skip

ENROL = _item(
    "enrol", "医保参保", "医保", "L1",
    [_step("accept", "受理", "医保", "clerk", "accept"), _step("done", "登记", "医保", "clerk", "approve")],
    [NAME, ID, PHONE], promised_days=3,
)  # fmt: skip

LAMP = _item(
    "lamp", "路灯报修", "供电", "L0", [_step("mend", "维修", "供电", "clerk", "accept")],
    [ADDRESS, {"key": "what", "label": "哪里坏了", "type": "textarea", "required": True},
     {"key": "phone", "label": "电话", "type": "phone"}],
    promised_days=2,
)  # fmt: skip

ITEMS = {item.id: item for item in (ALLOWANCE, ENROL, LAMP)}

MOVING = msgspec.convert(
    {
        "id": "moving", "name": "搬家一件事", "theme": "relief", "department": "民政", "level": "L2", "minutes": 5,
        "summary": "搬家要办的事一次办完。",
        "scenario": {"key": "scenario", "title": "先选一选", "fields": [
            {"key": "wanted", "label": "要办哪些", "type": "multiple", "required": True, "options": [
                {"value": "allowance", "label": "津贴"}, {"value": "enrol", "label": "医保"},
                {"value": "lamp", "label": "路灯"}, {"value": "none", "label": "都不办"},
            ]},
        ]},
        "children": [
            {"item": slug, "when": {"field": "wanted", "op": "has", "value": slug}} for slug in ITEMS
        ],
    },
    Bundle,
)  # fmt: skip

CHAIN = msgspec.structs.replace(
    MOVING,
    id="chain",
    name="接电一件事",
    children=(
        MOVING.children[2],
        msgspec.structs.replace(MOVING.children[1], after=("lamp",)),
        msgspec.structs.replace(MOVING.children[0]),
    ),
)
"""The insurance waits for the lamp; the allowance waits for nothing."""

BUNDLES = {MOVING.id: MOVING}
