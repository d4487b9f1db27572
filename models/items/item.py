"""Items (事项), bundles (一件事) and their parts, as the catalogue publishes them.

The elements are those of the national implementation list (实施清单); see docs/items.md.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from models.base.actor import Level, Role
from models.forms.form import Form, Section, When

Theme = Literal[
    "relief", "insurance", "farming", "jobs", "medical", "building", "disability",
    "schooling", "poverty", "hukou", "water", "power", "family",
]  # fmt: skip

THEMES: dict[Theme, str] = {
    "relief": "民政救助", "insurance": "社会保险", "farming": "农业服务", "jobs": "就业培训",
    "medical": "合作医疗", "building": "村镇建设", "disability": "残疾帮助", "schooling": "教育助学",
    "poverty": "扶贫惠民", "hukou": "户籍申办", "water": "供水服务", "power": "供电服务", "family": "计生服务",
}  # fmt: skip
"""The 13 kinds of matter that a plate offers (S02), in the order of the source document."""


Event = Literal[
    "birth", "school", "work", "marry", "shop", "home", "help", "army", "retire", "farewell",
]  # fmt: skip

EVENTS: dict[Event, str] = {
    "birth": "生儿育女", "school": "孩子上学", "work": "毕业就业", "marry": "结婚成家", "shop": "开店创业",
    "home": "买房安家", "help": "帮扶助困", "army": "退役返乡", "retire": "退休养老", "farewell": "身后事",
}  # fmt: skip
"""What happens in a life, in the order in which it does: the rows of the code matrix (锦囊矩阵)."""


class Material(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One paper asked for. ``need`` 0 must, 1 optional, 2 may follow later (容缺); ``form`` 1 paper,
    2 electronic; ``field`` the form field that takes its picture; ``held`` the element or certificate by
    which the state already has it, so that it need not be handed in at L2."""

    code: str
    name: str
    need: Literal[0, 1, 2] = 0
    form: Literal[1, 2] = 2
    source: Literal["申请人自备", "政府部门核发", "其他"] = "申请人自备"
    originals: int = 0
    copies: int = 0
    criteria: str = ""
    basis: str = ""
    when: When | None = None
    field: str = ""
    held: str = ""


class Step(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One step of handling: who (``department`` and ``role``, at which ``tier`` of area) and how long, in
    working days. The first step is always the acceptance; the last one decides.

    Neighbouring steps that name the same ``stage`` run side by side (并联): the stage is over when all of them are
    done, or with ``join`` "any" the first of them. ``when`` takes the step only where it holds of the answers.
    ``signers`` is how many different people have to sign it (会签). A public notice (``kind`` "notice", 公示) hangs
    for ``notice_days`` calendar days before it can be over; the answers to the questions ``publish`` hang with it,
    and unless it is ``online`` it hangs in the village alone.

    Where the amount decides who approves (额度分权), in whole yuan: a step with ``upto`` is taken for amounts up to that
    and can grant no more, one with ``above`` for larger ones and as long as no amount was set. A step of ``kind`` "aid"
    gives urgent aid at once (先行救助), up to its ``upto``.

    A ``blind`` step (盲审) is dealt to a chief representative on duty, who sees the matter without the person; ``shows``
    are the questions of the form that she needs all the same.
    """

    key: str
    name: str
    department: str
    role: Role
    tier: Literal["county", "town", "village"] = "town"
    days: int = 0
    kind: Literal["accept", "review", "survey", "notice", "aid", "approve", "issue"] = "review"
    stage: str = ""
    join: Literal["all", "any"] = "all"
    when: When | None = None
    signers: int = 1
    notice_days: int = 0
    publish: tuple[str, ...] = ()
    online: bool = True
    upto: int = 0
    above: int = 0
    blind: bool = False
    shows: tuple[str, ...] = ()


class Tolerance(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """That an application may be accepted before its papers of ``need`` 2 are there (容缺受理), on the applicant's promise
    to bring them within ``days`` working days. She is reminded ``remind`` working days before the end. What becomes of
    one whose time is over is ``over``: its clock stops, it goes back to her, or it is refused."""

    days: int
    over: Literal["stop", "back", "refuse"] = "back"
    remind: int = 1


class Urgent(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Urgent aid first, papers later (急难型): applications of which ``when`` holds are decided within so many calendar
    ``hours`` of being filed; papers are made up within ``papers`` working days of the aid."""

    when: When
    hours: int
    papers: int
    remind: int = 2


class Once(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The same cause is helped only once in so many ``days``: the desk is warned of an earlier case whose answers to
    ``fields`` are the same."""

    fields: tuple[str, ...]
    days: int = 365


class Result(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What comes of it. ``code`` is that of the paper as materials call it (M14 of a business licence): inside a bundle
    it need not be handed in for what comes after."""

    name: str
    kind: Literal["批文", "证照", "证明", "登记", "资金", "服务", "其他"] = "其他"
    sample: str = ""
    code: str = ""


class Asked(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A question that people often ask, and its answer."""

    question: str
    answer: str


class Figures(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What an item asks of people: papers, steps, working days, visits in person."""

    materials: int = 0
    steps: int = 0
    days: int = 0
    visits: int = 0


class Item(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One matter that can be handled, with its whole implementation list, form, materials and steps."""

    id: str  # slug, never changes
    name: str  # official name
    short: str  # what residents call it
    kind: Literal["01", "05", "07", "08", "10", "20"]
    theme: Theme
    department: str
    level: Level
    handling: Literal["instant", "promised"]
    statutory_days: int
    promised_days: int
    minutes: int  # how long filling in takes
    summary: str  # one plain sentence for residents
    conditions: tuple[str, ...]
    legal_basis: tuple[str, ...]
    materials: tuple[Material, ...]
    steps: tuple[Step, ...]
    result: Result
    form: Form
    body: str = ""
    joint_bodies: tuple[str, ...] = ()
    served: Literal["person", "household", "firm"] = "person"
    visits: int = 0
    visit_reason: str = ""
    online_depth: Literal["I", "II", "III", "IV"] = "IV"
    fee: str = "不收费"
    fee_basis: str = ""
    places: tuple[str, ...] = ()
    hours: str = "周一至周日 9:00–17:00"
    consult_phone: str = "12345"
    complaint_phone: str = "12388"
    validity: str = "全县"
    remedies: str = "行政复议或行政诉讼"
    post: bool = True
    collect: tuple[str, ...] = ("自取", "邮寄", "网格员送达", "电子证照")
    keywords: tuple[str, ...] = ()
    popular: int = 0  # rank among the most used; 0 is not among them
    tolerance: Tolerance | None = None
    urgent: Urgent | None = None
    once: Once | None = None
    keep_years: int = 10  # how long a case is kept after it has ended
    unverified: tuple[str, ...] = ()  # facts that the county has to confirm before use (K in domain/items.md)
    questions: tuple[Asked, ...] = ()  # 常见问题
    basic_code: str = ""  # 基本编码, 12 digits (models/items/codes.py)
    code: str = ""  # 实施编码, 31 characters
    before: Figures | None = (
        None  # as it was before processes were re-engineered (S12), where that is on record
    )
    area: str = ""  # the town that decides it by itself (S31); "" is the whole county
    variant_of: str = ""  # the county's item in whose place it is offered there


class Child(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An item inside a bundle: taken when ``when`` holds of the scenario's answers; ``share`` maps a field of
    the item to a field of the merged form where the element alone does not say it."""

    item: str
    when: When | None = None
    after: tuple[str, ...] = ()
    share: dict[str, str] = {}


class Bundle(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing, once: scenario questions that choose child items, and one merged form."""

    id: str
    name: str
    theme: Theme
    department: str  # the one that leads
    level: Level
    minutes: int
    summary: str
    children: tuple[Child, ...]
    scenario: Section | None = None
    event: Event = "help"
    popular: int = 0
    keywords: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()  # facts that the county has to confirm before use
