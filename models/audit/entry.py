"""One entry of the record of looking (审计记录): who did what to whose data, on what ground, from where.

An entry holds names at most. Values of fields never enter it; texts that people typed lose whatever has the form
of an ID number, a phone or a card number. Pure.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args

import msgspec

from models.base.actor import Actor, Role
from models.base.clock import local_day

Kind = Literal["anonymous", "resident", "staff", "system"]
Act = Literal[
    "view", "search", "export", "print", "change", "file", "decide", "delegate", "manage", "login", "refused"
]
Noun = Literal[
    "person", "household", "case", "draft", "material", "certificate", "visit", "ticket", "code", "sheet",
    "account", "session", "consent", "list", "item", "area", "keys", "request", "breach",
    "event", "element",
]  # fmt: skip
GroundKind = Literal["case", "duty", "own", "delegated", "stated", "none"]

KINDS: frozenset[str] = frozenset(get_args(Kind))
ACTS: dict[Act, str] = {
    "view": "查看", "search": "查询", "export": "导出", "print": "打印", "change": "修改", "file": "申请",
    "decide": "办理", "delegate": "代办授权", "manage": "管理", "login": "登录", "refused": "被拒绝的操作",
}  # fmt: skip
NOUNS: dict[Noun, str] = {
    "person": "个人信息", "household": "户信息", "case": "办件", "draft": "草稿", "material": "材料",
    "certificate": "电子证照", "visit": "走访记录", "ticket": "诉求", "code": "二维码", "sheet": "码单",
    "account": "账号", "session": "登录状态", "consent": "授权同意", "list": "名单", "item": "事项",
    "area": "区划", "keys": "密钥", "request": "权利请求", "breach": "失信记录",
    "event": "人口变动登记", "element": "数据项",
}  # fmt: skip
GROUNDS: dict[GroundKind, str] = {
    "case": "办理办件", "duty": "履行岗位职责", "own": "本人", "delegated": "受本人委托", "stated": "说明的理由",
    "none": "未说明",
}  # fmt: skip

FORMAT = 1
"""Of the canonical encoding. It is the first thing hashed."""

KEEP = timedelta(days=3 * 366)
"""Records of processing are kept for three years at least (PIPL article 56)."""

MOST_WHOSE = 200
"""People in one entry; whoever looks at more makes several entries."""

MOST_FIELDS = 100
LONGEST = 200
"""Characters of a text in an entry; the rest is cut off."""

SHORTEST = 10
"""Characters of the shortest number of a person or a phone."""

HIDDEN = "***"
_ID = re.compile(r"[0-9A-Za-z._:-]{1,100}")
_NUMBER = re.compile(r"[\d-]{10,19}[Xx]?")  # of a person or a phone, where an id belongs
_KEY = re.compile(r"[^\W\d][\w.\[\]*-]{0,99}")
# An ID number or a card number (15 to 19 digits), or a phone, however it is spaced. Case numbers have 21 digits
# and ids are hexadecimal: neither has the form.
_PRIVATE = re.compile(
    r"(?<![0-9A-Za-z])(?:\d(?:[ -]?\d){13,17}[ -]?[\dXx]|(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}-?\d{7,8})"
    r"(?![0-9A-Za-z])"
)
_HALF_WIDTH = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Who(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who acted. ``id`` is the account of staff, the blind index of a resident; ``system`` is the server."""

    kind: Kind
    id: str = ""
    name: str = ""
    role: Role | Literal[""] = ""
    area: str = ""
    departments: tuple[str, ...] = ()


class What(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was looked at or changed. ``fields`` are keys such as ``person.phone``, never values."""

    noun: Noun
    id: str = ""
    fields: tuple[str, ...] = ()


class Ground(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why: ``text`` is the number of the case, the line of duty, or the reason as it was stated."""

    kind: GroundKind
    text: str = ""


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where: the route (a pattern, not a path), the address asked from, the MAC of the browser's id."""

    route: str = ""
    address: str = ""
    device: str = ""


class Note(msgspec.Struct, frozen=True):
    """An entry that has no place in a chain yet; ``body`` is what of it is hashed."""

    at: datetime
    who: Who
    whose: tuple[str, ...]
    act: Act
    what: What
    ground: Ground
    where: Where
    body: bytes


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry in its place. ``whose`` holds person ids and blind indexes of ID numbers; ``hash`` covers every
    other field, ``prev`` (the hash of entry ``seq`` - 1) among them; after ``keep_until`` it may be dropped."""

    chain: str
    seq: int
    at: datetime
    who: Who
    whose: tuple[str, ...]
    act: Act
    what: What
    ground: Ground
    where: Where
    keep_until: datetime
    prev: str
    hash: str

    @property
    def id(self) -> str:
        return place(self.chain, self.seq)


def place(chain: str, seq: int) -> str:
    """The id of an entry: ids sort by day, process and position."""
    return f"{chain}:{seq:08d}"


def who_is(actor: Actor) -> Who:
    """The actor as entries name him, and who acts in his name; his ID number stays behind."""
    name = f"{actor.name}（{actor.agent}代办）" if actor.agent else actor.name
    return Who(actor.kind, actor.subject, hide(name), actor.role, actor.area, actor.departments)


def note(
    at: datetime, who: Who, act: Act, what: What, whose: Iterable[str], ground: Ground, where: Where
) -> Note:
    """Make a note. Raises ValueError for what must never be in one: a value where a key belongs, an ID number
    where an id belongs, an act outside the list."""
    subjects = tuple(dict.fromkeys(whose))
    if act not in ACTS or what.noun not in NOUNS or ground.kind not in GROUNDS or who.kind not in KINDS:
        raise ValueError("audit: not in the list")
    if len(subjects) > MOST_WHOSE or len(what.fields) > MOST_FIELDS:
        raise ValueError("audit: too many for one entry")
    for each in subjects:
        if not _ID.fullmatch(each) or _NUMBER.fullmatch(each):
            raise ValueError("audit: whose must be ids")
    for each in what.fields:
        if not _KEY.fullmatch(each):
            raise ValueError("audit: fields must be keys")
    what = What(what.noun, hide(what.id), what.fields)
    ground = Ground(ground.kind, hide(ground.text))
    where = Where(hide(where.route), where.address[:64], where.device[:64])
    return Note(
        at, who, subjects, act, what, ground, where, body(at, who, subjects, act, what, ground, where)
    )


def hide(text: str) -> str:
    """``text`` without ID numbers, phones and card numbers, cut to LONGEST, encodable."""
    if len(text) < SHORTEST and text.isascii():
        return text
    plain = text[: LONGEST + 40].translate(_HALF_WIDTH)  # beyond the cut, so that no number is cut in two
    if _PRIVATE.search(plain):
        text = _PRIVATE.sub(HIDDEN, plain)
    return text[:LONGEST].encode("utf-8", "replace").decode()


def body(
    at: datetime,
    who: Who,
    whose: tuple[str, ...],
    act: str,
    what: What,
    ground: Ground,
    where: Where,
) -> bytes:
    """The canonical form of what an entry says: a JSON array (UTF-8, no spaces) of its values in the order of
    the fields, structures as arrays, times as whole milliseconds since 1970."""
    flat = msgspec.structs.astuple
    return msgspec.json.encode((_ms(at), flat(who), whose, act, flat(what), flat(ground), flat(where)))


def digest(chain: str, seq: int, keep_until: datetime, prev: str, said: bytes) -> str:
    """SHA-256 (hex) over the place of an entry, a line feed, and what it says; no JSON holds a line feed."""
    head = msgspec.json.encode((FORMAT, chain, seq, _ms(keep_until), prev))
    return hashlib.sha256(b"%b\n%b" % (head, said)).hexdigest()


def body_of(entry: Entry) -> bytes:
    """The canonical form of what ``entry`` says now."""
    return body(entry.at, entry.who, entry.whose, entry.act, entry.what, entry.ground, entry.where)


def day_of(chain: str) -> date:
    """The day of a chain (Asia/Shanghai). Raises ValueError where that is no chain."""
    return date.fromisoformat(chain[:10])


def day_at(moment: datetime) -> date:
    """The day that ``moment`` is recorded under."""
    return local_day(moment)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
