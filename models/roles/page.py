"""docs/roles.md, printed from the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.base.actor import Role
from models.roles.lines import LINES, MODULES
from models.roles.table import GRANTS, ROLES, TIERS, VERBS, Binding, Verb

_BOUND: dict[Binding, str] = {"area": "辖区", "line": "辖区、条线", "named": "辖区、授权条线"}

_HEAD = """\
# 角色与权限

本页由 `python -m models.roles` 从 `models/roles/table.py` 和 `models/roles/lines.py` 生成，请勿手工修改；
测试保证两者一致。表中没有写明的，一律不允许。

## 谁可以做什么

格内是账号所属区划的层级；空格表示不允许。账号只能办理本区划及其下级的事，不能办理上级和别处的事。

- **辖区**：只看区划。
- **条线**：账号写明部门的，只限这些部门所在的条线；没有写明部门的，办理本区划各条线的事。
- **授权条线**：只限账号写明的条线；没有写明部门的账号不能办理。

"""

_LINES_HEAD = """
## 条线与信息模块

账号写明部门的，按所在条线查看户和人的信息：一般信息和敏感信息（1、2级）限“可看模块”，
严格限制信息（3级）限“3级可看模块”。没有写明部门的账号可看各模块的1、2级信息，不能看3级信息。

"""


def page() -> str:
    """The whole page, Markdown."""
    return _HEAD + "\n".join(_verbs()) + "\n" + _LINES_HEAD + "\n".join(_lines()) + "\n"


def _verbs() -> Iterator[str]:
    yield _row(("权限", "说明", "限于", *ROLES.values()))
    yield _row("---" for _ in range(3 + len(ROLES)))
    for verb in VERBS:
        cells = (_tiers(role, verb) for role in ROLES)
        yield _row((f"`{verb.key}`", verb.label, _BOUND[verb.binding], *cells))


def _tiers(role: Role, verb: Verb) -> str:
    held = {
        tier for grant in GRANTS if grant.role == role and verb.key in grant.verbs for tier in grant.tiers
    }
    return "、".join(word for tier, word in TIERS.items() if tier in held)


def _lines() -> Iterator[str]:
    yield _row(("条线", "部门", "可看模块", "3级可看模块"))
    yield _row("---" for _ in range(4))
    for line in LINES:
        modules, restricted = (
            "、".join(MODULES[key] for key in keys) for keys in (line.modules, line.restricted)
        )
        yield _row((line.name, "、".join(line.departments), modules, restricted))


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
