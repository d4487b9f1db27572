"""Who works in the demonstration county: every role, every town, every department of the catalogue. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

import msgspec

from models.accounts.account import Account
from models.areas.area import chain_of
from models.base.actor import Role
from models.items.item import Item, Step
from server.demo import names
from server.demo.cast import APPROVER, GRID_WORKER, OUTSIDER
from server.demo.county import COUNTY, TOWNS, grids_of
from server.demo.people import SEED, id_of

PASSWORD = "Yunling-2026"  # noqa: S105 - the one password of the demonstration, printed with every login
"""Every demonstration account has this password."""

FIRST_STAFF_NO = 100_001
FIRST_WORK_PHONE = 19_900_900_001
FIRST_OWN_PHONE = 19_900_950_001
"""Far above the residents' numbers, which are handed out from 19900000001 on."""

SLUGS = {
    "民政": "minzheng", "医保": "yibao", "医疗保障": "yibao", "人社": "renshe", "人力资源": "renshe",
    "残联": "canlian", "公安": "gongan", "派出所": "paichusuo", "农业": "nongye", "林业": "linye",
    "自然资源": "ziran", "住建": "zhujian", "住房": "zhujian", "市场监管": "shijian", "市监": "shijian",
    "教育": "jiaoyu", "卫健": "weijian", "卫生": "weijian", "退役军人": "tuiyi", "供水": "gongshui",
    "水务": "shuiwu", "供电": "gongdian", "电力": "gongdian", "税务": "shuiwuju", "烟草": "yancao",
    "消防": "xiaofang", "交通": "jiaotong", "振兴": "zhenxing", "老龄": "laoling", "城管": "chengguan",
    "司法": "sifa", "水利": "shuili", "财政": "caizheng", "档案": "dangan", "妇联": "fulian",
    "公积金": "gongjijin", "燃气": "ranqi", "通信": "tongxin", "人武部": "renwubu",
}  # fmt: skip
"""How departments are called in usernames: by the first of these words that their name contains."""

DESK_ROLES: tuple[Role, ...] = ("clerk", "reviewer", "approver")

_GIVEN: tuple[str, ...] = (*names.GROWN_MEN, *names.GROWN_WOMEN)


class Post(msgspec.Struct, frozen=True):
    """One place to be filled: who does what where."""

    username: str
    role: Role
    area: str
    departments: tuple[str, ...] = ()
    name: str = ""


def staff(items: Iterable[Item], password_hash: str) -> tuple[Account, ...]:
    """An account for every post; ids, names and phones follow from the username and the order."""
    posts = tuple(_posts([step for item in items for step in item.steps]))
    return tuple(_account(post, place, password_hash) for place, post in enumerate(posts))


def _posts(steps: list[Step]) -> Iterator[Post]:
    yield Post("admin", "admin", COUNTY)
    yield Post("supervisor", "supervisor", COUNTY)
    for town in TOWNS:
        for role in DESK_ROLES:
            cast = OUTSIDER[1] if role == "clerk" and town.code == OUTSIDER[0] else ""
            yield Post(f"{role}.{town.slug}", role, town.code, name=cast)
        yield Post(f"supervisor.{town.slug}", "supervisor", town.code)
        for village, _, slug in town.villages:
            yield Post(f"clerk.{slug}", "clerk", village)
            for role in sorted({step.role for step in steps if step.tier == "village"} - {"clerk", "grid"}):
                yield Post(f"{role}.{slug}", role, village)
            for number, grid in enumerate(grids_of(village), 1):
                cast = GRID_WORKER[1] if grid == GRID_WORKER[0] else ""
                yield Post(f"grid.{slug}{number}", "grid", grid, name=cast)
    yield from _county_posts(steps)


def _county_posts(steps: list[Step]) -> Iterator[Post]:
    """A clerk, a reviewer and an approver for each department that has a step at the county, and whatever
    other role its steps name."""
    departments = sorted({step.department for step in steps if step.tier == "county"} | {APPROVER[0]})
    if any(APPROVER[0] in department for department in departments if department != APPROVER[0]):
        departments.remove(APPROVER[0])
    taken: set[str] = set()
    for department in departments:
        slug = _slug(department, taken)
        named = {step.role for step in steps if (step.tier, step.department) == ("county", department)}
        for role in sorted(named | set(DESK_ROLES)):
            cast = APPROVER[1] if role == "approver" and APPROVER[0] in department else ""
            yield Post(f"{role}.{slug}", role, COUNTY, (department,), cast)


def _slug(department: str, taken: set[str]) -> str:
    base = next((slug for word, slug in SLUGS.items() if word in department), "bumen")
    slug, number = base, 1
    while slug in taken:
        number += 1
        slug = f"{base}{number}"
    taken.add(slug)
    return slug


def _account(post: Post, place: int, password_hash: str) -> Account:
    chance = random.Random(f"{SEED}/staff/{post.username}")
    return Account(
        id=id_of("account", post.username),
        username=post.username,
        name=post.name or chance.choice(names.SURNAMES) + chance.choice(_GIVEN),
        role=post.role,
        area=post.area,
        areas=chain_of(post.area),
        departments=post.departments,
        password_hash=password_hash,
        phone=str(FIRST_OWN_PHONE + place),
        work_phone=str(FIRST_WORK_PHONE + place),
        staff_no=str(FIRST_STAFF_NO + place),
    )
