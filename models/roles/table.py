"""The table of roles: each verb with how lines of duty bind it, and who holds it at which tier of area.

docs/roles.md is printed from this file (``python -m models.roles``). What no row grants is refused.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from models.areas.area import Level as Tier
from models.base.actor import Role

Binding = Literal["area", "line", "named"]
"""How a verb is bound besides the area. ``area``: by nothing else. ``line``: an account that names departments
holds it for their lines only, one that names none for every line. ``named``: only for a line that the account
names; an account for everything does not hold it at all."""

ROLES: dict[Role, str] = {
    "admin": "管理员", "clerk": "受理员", "reviewer": "审核员", "approver": "审批人", "grid": "网格员",
    "supervisor": "监督员",
}  # fmt: skip

TIERS: dict[Tier, str] = {"county": "县", "town": "镇", "village": "村", "group": "组", "grid": "网格"}


class Verb(msgspec.Struct, frozen=True):
    """Something that staff may do. ``label`` is what a person reads."""

    key: str
    label: str
    binding: Binding = "area"


class Grant(msgspec.Struct, frozen=True):
    """``role`` holds ``verbs`` where its account works for an area of one of ``tiers``."""

    role: Role
    tiers: tuple[Tier, ...]
    verbs: tuple[str, ...]


VERBS: tuple[Verb, ...] = (
    Verb("case.see", "查看办件", "line"),
    Verb("counter.take", "窗口通办：为到场的人受理任何事项，管理本大厅的窗口码"),
    Verb("case.accept", "受理、要求补正", "line"),
    Verb("case.review", "审核、核查、公示", "line"),
    Verb("case.decide", "作出决定", "line"),
    Verb("case.issue", "制发证照、发放", "line"),
    Verb("roster.change", "排首席代表的班、定派件方式", "line"),
    Verb("registry.search", "查找户和人"),
    Verb("registry.see:1", "查看一般信息（1级）", "line"),
    Verb("registry.see:2", "查看敏感信息（2级）", "line"),
    Verb("registry.see:3", "查看严格限制信息（3级）", "named"),
    Verb("registry.visit", "走访登记"),
    Verb("registry.change", "登记、更正户和人的信息", "line"),
    Verb("visits.see", "查看走访记录"),
    Verb("sync.bring", "导入采集应用的离线记录"),
    Verb("registry.review", "审核信息变更", "line"),
    Verb("registry.move", "登记人口变动：出生、死亡、迁移、婚姻、分户"),
    Verb("registry.merge", "合并重复登记的人和户"),
    Verb("elements.see", "查看数据项目录"),
    Verb("elements.change", "登记严格限制数据项的采集依据"),
    Verb("identity.confirm", "当面核实居民身份"),
    Verb("sheets.print", "打印码单"),
    Verb("pins.print", "打印、补发密码单"),
    Verb("codes.change", "停用、更换、注销门牌码"),
    Verb("items.see", "查看事项的草稿和版本", "line"),
    Verb("items.edit", "编辑事项", "line"),
    Verb("items.review", "审核发布事项", "line"),
    Verb("accounts.see", "查看工作人员账号"),
    Verb("accounts.approve", "审批账号申请"),
    Verb("accounts.change", "调整、停用、注销账号，重置二次验证"),
    Verb("calendar.change", "调整工作日历"),
    Verb("rights.answer", "答复居民的查询、更正、删除请求"),
    Verb("audit.see", "查看访问留痕"),
    Verb("board.see", "查看监察看板", "line"),
    Verb("lights.decide", "认定、撤销监察黄红牌", "line"),
    Verb("integrity.see", "查看失信记录", "line"),
    Verb("integrity.record", "登记、送达失信记录", "line"),
    Verb("integrity.decide", "认定、撤销失信，审核信用修复", "line"),
    Verb("problems.answer", "整改台账上的问题", "line"),
    Verb("problems.see", "查看问题台账", "line"),
    Verb("problems.open", "挂牌督办问题", "line"),
    Verb("problems.check", "验收、退回、销号", "line"),
    Verb("ratings.see", "查看差评和整改", "line"),
    Verb("ratings.callback", "回访差评", "line"),
    Verb("ratings.decide", "核实差评申诉", "line"),
    Verb("registry.import", "批量导入户和人"),
    Verb("export.ask", "申请导出", "line"),
    Verb("export.approve", "批准导出", "line"),
    Verb("retention.see", "查看保存期限和清理记录"),
    Verb("outbox.see", "查看待发消息"),
)

_AT_DESK = ("case.see", "registry.search", "registry.see:1", "registry.see:2", "export.ask")
_HALL: tuple[Tier, ...] = ("county", "town", "village")
_OFFICE: tuple[Tier, ...] = ("county", "town")

GRANTS: tuple[Grant, ...] = (
    # An administrator runs accounts and codes and reads nobody's data; who supervises changes nothing.
    Grant("admin", _OFFICE, ("accounts.see", "accounts.approve", "accounts.change")),
    Grant("admin", _OFFICE, ("sheets.print", "pins.print", "codes.change", "retention.see")),
    Grant("admin", ("county",), ("calendar.change", "elements.see", "elements.change")),
    Grant("admin", ("county",), ("items.see", "items.edit", "outbox.see")),
    Grant("clerk", _HALL, (*_AT_DESK, "case.accept", "case.issue", "identity.confirm")),
    Grant("clerk", _HALL, ("registry.change",)),
    Grant("reviewer", _HALL, ("registry.change",)),
    Grant("clerk", _HALL, ("registry.move",)),
    Grant("reviewer", _HALL, ("registry.move", "registry.merge")),
    Grant("grid", ("grid",), ("registry.move",)),
    Grant("clerk", _HALL, ("sheets.print", "pins.print", "codes.change", "counter.take")),
    Grant("reviewer", _HALL, (*_AT_DESK, "case.accept", "case.review", "case.issue", "registry.review")),
    Grant("reviewer", _OFFICE, ("registry.see:3", "rights.answer", "registry.import")),
    Grant("reviewer", ("county",), ("items.see", "items.edit")),
    Grant("approver", _HALL, (*_AT_DESK, "case.review", "case.decide", "case.issue")),
    Grant("approver", _OFFICE, ("registry.see:3", "registry.review", "board.see", "export.approve")),
    Grant("approver", _OFFICE, ("roster.change",)),
    Grant("approver", ("county",), ("items.see", "items.review")),
    Grant("reviewer", _OFFICE, ("integrity.see", "integrity.record")),
    Grant("clerk", _HALL, ("problems.answer",)),
    Grant("reviewer", _HALL, ("problems.answer", "problems.open")),
    Grant("approver", _HALL, ("problems.answer",)),
    Grant("approver", _OFFICE, ("problems.see", "problems.open", "problems.check")),
    Grant("grid", ("grid",), ("problems.answer",)),
    Grant("supervisor", _OFFICE, ("problems.see", "problems.open", "problems.check")),
    Grant("approver", _OFFICE, ("integrity.see", "integrity.record", "integrity.decide")),
    Grant("grid", ("grid",), ("case.see", "case.accept", "case.review", "case.issue")),
    Grant("grid", ("grid",), ("registry.search", "registry.see:1", "registry.see:2", "registry.visit")),
    Grant("grid", ("grid",), ("identity.confirm", "registry.change", "visits.see", "sync.bring")),
    Grant("reviewer", _HALL, ("visits.see", "sync.bring")),
    Grant("approver", _HALL, ("visits.see",)),
    Grant("clerk", _OFFICE, ("sync.bring",)),
    Grant(
        "supervisor",
        _OFFICE,
        (
            "case.see",
            "accounts.see",
            "audit.see",
            "board.see",
            "lights.decide",
            "export.ask",
            "retention.see",
        ),
    ),
    Grant("supervisor", _OFFICE, ("ratings.see", "ratings.callback", "ratings.decide")),
    Grant("supervisor", ("county",), ("outbox.see", "elements.see")),
)
