"""What the forms of life events ask, kind by kind. ``options`` names what there is to choose from."""

from __future__ import annotations

from typing import Literal

import msgspec


class Box(msgspec.Struct, frozen=True):
    """One question. ``name`` is a field of the order, dotted where it lies in a part of it."""

    name: str
    label: str
    kind: Literal["text", "textarea", "select", "boxes"] = "text"
    options: str = ""
    hint: str = ""
    optional: bool = False
    value: str = ""


def _select(name: str, label: str, options: str, hint: str = "", optional: bool = False) -> Box:
    return Box(name, label, "select", options, hint, optional)


NAME = Box("newcomer.name", "姓名", hint="与身份证上的一致。")
NUMBER = Box("newcomer.id_number", "身份证号", optional=True, hint="没有身份证号的留空，填性别和出生日期。")
SEX = _select("newcomer.sex", "性别", "sexes", optional=True)
BIRTH = Box("newcomer.birth_date", "出生日期", optional=True, hint="没有身份证号的填写，例如 1956-03-08。")
PHONE = Box("newcomer.phone", "联系电话", optional=True)
REGISTERED_AT = Box(
    "newcomer.registered_address", "户籍地址", optional=True, hint="户口不在这里的填写；留空表示就在这里。"
)
RELATION = _select("relation", "与户主的关系", "relations")
WHO = _select("who.person", "哪一位成员", "members")
ON = Box("on", "发生日期", hint="年-月-日，例如 2026-11-25；留空是今天。", optional=True)
ENDING = (
    _select("paper", "核验的证明材料", "papers", optional=True),
    Box(
        "ground",
        "依据",
        "textarea",
        hint="没有出示证明材料的必填，例如：本人到村委会说明，组长确认。",
        optional=True,
    ),
)
NEXT_HEAD = _select("head", "新户主", "members", "离开的是户主、家里还有别人时选择。", True)
PLACE = (
    _select("place.group", "村民小组", "groups"),
    _select("place.grid", "网格", "grids"),
    Box("place.address", "门牌地址", hint="门牌上的文字，例如：丘林村三组16号。"),
)
FOUND = (
    Box("who.name", "姓名", hint="已经登记过的人，写全名。"),
    Box("who.id_number", "身份证号", hint="姓名和身份证号都相符才会找到。"),
)
REGISTERED = _select("registered", "户口", "registered")

FIELDS: dict[str, tuple[Box, ...]] = {
    "household.add": (
        *PLACE, _select("head_is", "户主是", "head_is"), NAME, NUMBER, SEX, BIRTH, PHONE, REGISTERED_AT, ON, *ENDING,
    ),
    "person.add": (
        NAME, NUMBER, SEX, BIRTH, PHONE, RELATION, REGISTERED_AT,
        Box("origin", "从哪里来", optional=True, hint="例如：四川省泸州市。"), ON, *ENDING,
    ),
    "person.move": (*FOUND, RELATION, REGISTERED, ON, *ENDING),
    "person.birth": (
        Box("newcomer.name", "孩子姓名"), Box("on", "出生日期", hint="年-月-日，例如 2026-11-20。"),
        _select("newcomer.sex", "性别", "sex"),
        Box("newcomer.id_number", "身份证号", optional=True, hint="还没有上户口的留空。"), RELATION,
        _select("mother", "母亲", "members", optional=True), _select("father", "父亲", "members", optional=True),
        Box("certificate", "出生医学证明编号", optional=True), *ENDING,
    ),
    "person.death": (
        WHO, Box("on", "死亡日期", hint="年-月-日，例如 2026-11-20。"), NEXT_HEAD, *ENDING,
    ),
    "person.left": (
        WHO, Box("where", "迁往哪里", hint="例如：浙江省宁波市；同县的写村组。"), REGISTERED, NEXT_HEAD, ON, *ENDING,
    ),
    "person.marriage": (
        WHO, Box("partner.name", "对方姓名", hint="对方要已在本县登记；没有的先“新增人员”。"),
        Box("partner.id_number", "对方身份证号"),
        _select("marital", "婚姻状况", "marital"), _select("mover", "谁搬家", "mover"),
        _select("relation", "搬来的人与户主的关系", "relations", "与户主本人或其子女结婚的，可以不选。", True),
        NEXT_HEAD, Box("certificate", "结婚证号", optional=True), ON, *ENDING,
    ),
    "household.split": (
        Box("members", "分出去的成员", "boxes", "them"), _select("head", "新户的户主", "members"),
        _select("left_head", "原户的新户主", "members", "原户主分出去时选择。", True), *PLACE, ON, *ENDING,
    ),
    "household.head": (_select("head", "新户主", "members"), ON, *ENDING),
}  # fmt: skip
