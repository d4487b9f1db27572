"""Lines of duty (条线): which departments make one line, and which modules of the registry it may look into.

The modules are those of the dictionary of household and person fields; level 3 of it says 仅授权条线可见, so a
line looks at the level-3 elements of a module only where ``restricted`` names that module.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

MODULES: dict[str, str] = {
    "house_basic": "户·基本信息", "house_resource": "户·生产生活资源", "house_business": "户·新经营主体",
    "house_income": "户·收入", "house_safety": "户·安全", "house_poverty": "户·防返贫",
    "person_basic": "人·基本信息", "person_education": "人·文化学习", "person_family_planning": "人·人口计生",
    "person_movement": "人·人员动态", "person_assistance": "人·社会救助", "person_health": "人·健康状况",
    "person_military": "人·兵役情况", "person_org": "人·参加组织", "person_relation": "人·社会关系",
    "person_special": "人·特殊人群", "person_employment": "人·就业信息",
}  # fmt: skip

BASIC = ("house_basic", "person_basic")


class Line(msgspec.Struct, frozen=True):
    """One line. ``modules`` are open to it up to level 2, those in ``restricted`` up to level 3."""

    name: str
    departments: tuple[str, ...]
    modules: tuple[str, ...]
    restricted: tuple[str, ...] = ()


LINES: tuple[Line, ...] = (
    Line(
        "民政", ("民政", "老龄"),
        (*BASIC, "house_income", "house_poverty", "person_movement", "person_assistance", "person_health",
         "person_relation", "person_special"),
        ("person_health",),
    ),
    Line("残联", ("残联",), (*BASIC, "person_assistance", "person_health"), ("person_health",)),
    Line(
        "卫健", ("卫健",), (*BASIC, "person_family_planning", "person_health", "person_relation"),
        ("person_family_planning", "person_health"),
    ),
    Line("医保", ("医保",), (*BASIC, "person_assistance", "person_health")),
    Line("人社", ("人社",), (*BASIC, "person_education", "person_assistance", "person_employment")),
    Line(
        "公安", ("公安",), (*BASIC, "person_movement", "person_relation", "person_special"),
        ("person_special",),
    ),
    Line("司法", ("司法",), (*BASIC, "person_special"), ("person_special",)),
    Line("统战", ("统战", "民宗"), BASIC, ("person_basic",)),
    Line(
        "退役军人", ("退役军人", "人武部"), (*BASIC, "person_military", "person_assistance"),
        ("person_military",),
    ),
    Line("教育", ("教育",), (*BASIC, "person_education", "person_relation")),
    Line("组织", ("组织",), ("person_basic", "person_org")),
    Line("妇联", ("妇联",), (*BASIC, "person_movement", "person_relation")),
    Line("农业农村", ("农业农村",), (*BASIC, "house_resource", "house_business", "house_income", "house_poverty")),
    Line("乡村振兴", ("乡村振兴",), (*BASIC, "house_income", "house_poverty", "person_employment")),
    Line("林业", ("林业",), (*BASIC, "house_resource")),
    Line("自然资源", ("自然资源",), (*BASIC, "house_resource", "house_safety")),
    Line("住建", ("住建",), (*BASIC, "house_resource", "house_safety", "house_poverty")),
    Line("应急", ("应急", "消防"), (*BASIC, "house_safety")),
    Line("市场监管", ("市场监管",), (*BASIC, "house_business")),
    Line("城管", ("城管",), BASIC),
    Line("烟草", ("烟草",), (*BASIC, "house_business")),
    Line("公积金", ("公积金",), BASIC),
    # Utilities are firms: the door and its meter, not who lives behind it.
    Line("供水", ("供水",), ("house_basic",)),
    Line("供电", ("供电",), ("house_basic",)),
    Line("燃气", ("燃气",), ("house_basic",)),
    Line("通信", ("通信",), ("house_basic",)),
)  # fmt: skip

_BY_DEPARTMENT = {department: line for line in LINES for department in line.departments}
DEPARTMENTS: tuple[str, ...] = tuple(_BY_DEPARTMENT)
"""Every department that an account may be opened for."""


def line_of(department: str) -> str:
    """The line that a department is of; a department of no line is a line by itself, with no modules."""
    line = _BY_DEPARTMENT.get(department)
    return line.name if line else department


def fellows_of(departments: Iterable[str]) -> tuple[str, ...]:
    """Every department of the lines that these are of, themselves among them; none for none."""
    lines = {line_of(department) for department in departments}
    listed = [department for department, line in _BY_DEPARTMENT.items() if line.name in lines]
    return tuple(dict.fromkeys((*departments, *listed)))


def lines_for(module: str, level: int) -> tuple[str, ...]:
    """The lines that may look at elements of ``level`` (0 to 3) in ``module`` of the registry."""
    return tuple(line.name for line in LINES if module in (line.restricted if level >= 3 else line.modules))
