"""The pages of staff accounts: applying, the administrator's list, one account."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace as Page
from typing import TYPE_CHECKING, Any

from handlers.views.desk import frame
from handlers.views.words import moment, pairs
from models.accounts.account import PASSWORD_LENGTH, STATES, Entry, What
from models.accounts.application import AccountDetail, Application, ApplicationLine
from models.areas.service import Areas
from models.base.errors import Conflict, Invalid, Problem, SaobanError
from models.roles.lines import DEPARTMENTS
from models.roles.rules import verbs_of
from models.roles.table import ROLES

if TYPE_CHECKING:
    from handlers.accounts import Change, Roll
    from handlers.base import Base
    from handlers.home import Home

LABELS = {
    "name": "姓名", "id_number": "身份证号码", "phone": "手机号码", "role": "岗位", "area": "区划",
    "departments": "部门", "work_phone": "工作电话", "password": "密码", "again": "再输一次密码",
}  # fmt: skip
HAPPENED: dict[What, str] = {
    "applied": "提交申请", "approved": "批准开通", "refused": "不予通过", "suspended": "停用", "resumed": "恢复使用",
    "closed": "注销", "moved": "调整岗位", "second_reset": "重置二次验证",
    "password": "本人修改密码",
}  # fmt: skip
DONE = {
    "approve": "已开通。请把用户名告诉本人，密码是申请时自己设的。", "refuse": "已作出不予通过的决定",
    "suspend": "已停用，所有登录已退出", "resume": "已恢复使用", "close": "已注销，所有登录已退出",
    "move": "已调整，所有登录已退出", "reset_second": "已重置二次验证，所有登录已退出",
}  # fmt: skip
ALL_OF_AREA = "不选就是本区划的全部部门。"


def places(areas: Areas, root: str) -> list[tuple[str, str]]:
    """``root`` and what lies in it where somebody may work, indented: everything but groups."""
    if not areas.has(root):
        return []
    found: list[tuple[str, str]] = []

    def put(code: str, depth: int) -> None:
        area = areas.get(code)
        if area.level != "group":
            found.append((code, "　" * depth + area.name))
            for child in areas.children(code):
                put(child.id, depth + 1)

    put(root, 0)
    return found


def place_words(areas: Areas, role: str, area: str, departments: Sequence[str]) -> str:
    """大关镇 受理员（民政、残联）."""
    where = areas.name_below_county(area) if areas.has(area) else area
    return f"{where} {ROLES.get(role, role)}" + (f"（{'、'.join(departments)}）" if departments else "")  # type: ignore[call-overload]


def apply_page(home: Home, asked: Application | None, problems: Sequence[Problem]) -> Page:
    """account_apply.html: what was typed is still there, but for the password."""
    typed = asked or Application("", "", "", "", "", "")  # type: ignore[arg-type]
    return Page(
        name=typed.name,
        id_number=typed.id_number,
        phone=typed.phone,
        work_phone=typed.work_phone,
        role=typed.role,
        area=typed.area,
        chosen=typed.departments,
        roles=[("", "请选择"), *ROLES.items()],
        areas=[("", "请选择"), *places(home.areas, home.county)],
        departments=DEPARTMENTS,
        length=PASSWORD_LENGTH,
        fields={problem.field: problem.message for problem in problems if problem.field},
        problems=[Page(field=each.field, label=LABELS.get(each.field, ""), message=each.message) for each in problems],
    )  # fmt: skip


async def roll_page(handler: Base, roll: Roll, state: str, size: int) -> Page:
    """accounts.html."""
    areas = handler.home.areas
    opens = "accounts.approve" in verbs_of(handler.actor)
    more = f"/desk/accounts?state={state}&page="
    return Page(
        **await frame(handler, "/desk/accounts"),
        deciding=opens,
        applications=[_application(each, areas) for each in roll.applications],
        states=[(key, word) for key, word in STATES.items() if key not in {"applied", "refused"}],
        state=state,
        accounts=[
            Page(
                href=f"/desk/accounts/{each.id}" if opens else "",
                staff_no=each.staff_no,
                name=each.name,
                username=each.username,
                place=place_words(areas, each.role, each.area, each.departments),
                work_phone=each.work_phone,
            )
            for each in roll.accounts
        ],
        total=roll.total,
        newer_href=f"{more}{roll.page - 1}" if roll.page > 1 else "",
        older_href=f"{more}{roll.page + 1}" if roll.page * size < roll.total else "",
    )


def _application(each: ApplicationLine, areas: Areas) -> Page:
    return Page(
        href=f"/desk/accounts/{each.id}",
        number=each.number,
        name=each.name,
        id_number=each.id_number,
        phone=each.phone,
        place=place_words(areas, each.role, each.area, each.departments),
        at=moment(each.applied_at),
        doubled=each.doubled,
    )


async def account_page(
    handler: Base, account: AccountDetail, *, done: str = "", failed: str = "", typed: Change | None = None,
    error: SaobanError | None = None,
) -> Page:  # fmt: skip
    """account.html."""
    areas = handler.home.areas
    own = account.id == handler.actor.subject
    problems = {each.field: each.message for each in error.problems} if isinstance(error, Invalid) else {}
    return Page(
        **await frame(handler, ""),
        name=account.name,
        state_text=STATES[account.state],
        facts=pairs(
            申请编号=account.number, 工号=account.staff_no, 用户名=account.username, 身份证号码=account.id_number,
            手机号码=account.phone, 工作电话=account.work_phone,
            岗位=place_words(areas, account.role, account.area, account.departments),
        ),
        checking=account.state == "applied",
        history=[_happened(entry) for entry in account.history],
        actions=[] if own else [
            _action(key, handler, account, problems if key == failed else {}, typed if key == failed else None)
            for key in AVAILABLE[account.state]
        ],
        blocked="不能办理自己的账号，请由其他管理员办理。" if own else f"这个账号{STATES[account.state]}，没有可以办理的。",
        revision=account.rev,
        done=done,
        problem=error.message if isinstance(error, Conflict) else "",
    )  # fmt: skip


def _happened(entry: Entry) -> Page:
    return Page(
        at=moment(entry.at), who=entry.by_name or "本人", text=HAPPENED[entry.what], note=entry.reason
    )


AVAILABLE: dict[str, tuple[str, ...]] = {
    "applied": ("approve", "refuse"),
    "active": ("move", "reset_second", "suspend", "close"),
    "suspended": ("resume", "move", "reset_second", "close"),
    "closed": (),
    "refused": (),
}
"""What may be done in each state, the usual thing first."""

TITLES = {
    "approve": "批准开通", "refuse": "不予通过", "move": "调整岗位", "reset_second": "重置二次验证",
    "suspend": "停用账号", "resume": "恢复使用", "close": "注销账号",
}  # fmt: skip
TONES = {"approve": "usual", "resume": "usual", "refuse": "refuse", "close": "refuse", "suspend": "refuse"}
NOTES = {
    "approve": "请当面核对身份证原件，再看岗位和区划是否正确。",
    "move": "调整后要重新登录。",
    "reset_second": "本人手机和恢复码都丢了才办，先当面核对身份证。重置后下次登录要重新开通。",
    "suspend": "停用后马上退出所有登录，恢复前不能再登录。",
    "close": "离岗注销，马上退出所有登录，不能恢复；以后可以重新申请。",
}


def _action(
    key: str, handler: Base, account: AccountDetail, problems: dict[str, str], typed: Change | None
) -> Page:
    boxes = _placing(handler, account, problems, typed) if key in {"approve", "move"} else []
    if key == "approve":
        hint = "不填就用工号登录。小写字母开头，可以有数字、点和短横线。"
        name = typed.username if typed else ""
        boxes.append(_box("username", "用户名", "text", problems, value=name, hint=hint, optional=True))
    else:
        reason = typed.reason if typed else ""
        boxes.append(_box("reason", "原因", "textarea", problems, value=reason))
    return Page(
        key=key,
        title=TITLES[key],
        href=f"/desk/accounts/{account.id}/{key}",
        button=TITLES[key],
        step="",
        tone=TONES.get(key, "plain"),
        note=NOTES.get(key, ""),
        problem="",
        fields=boxes,
    )


def _placing(
    handler: Base, account: AccountDetail, problems: dict[str, str], typed: Change | None
) -> list[Page]:
    """Role, area and departments, as they are or as they were chosen."""
    now: Any = typed.place if typed and typed.place else account
    options = places(handler.home.areas, handler.actor.area)
    return [
        _box("role", "岗位", "select", problems, value=now.role, options=[*ROLES.items()]),
        _box("area", "区划", "select", problems, value=now.area, options=options),
        _box(
            "departments", "部门", "boxes", problems, value=now.departments, hint=ALL_OF_AREA,
            options=[(name, name) for name in DEPARTMENTS],
        ),
    ]  # fmt: skip


def _box(name: str, label: str, kind: str, problems: dict[str, str], **more: Any) -> Page:
    given = {"value": "", "options": [], "hint": "", "optional": False, **more}
    return Page(name=name, label=label, kind=kind, problem=problems.get(name, ""), **given)
