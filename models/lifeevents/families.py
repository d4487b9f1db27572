"""Couples and households: marriage, splitting, another head. Pure; each plan gives the scene as it would stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.base.errors import Problem
from models.households.household import HEAD
from models.lifeevents import newcomer
from models.lifeevents.frame import Drawn, Frame, future, refused
from models.lifeevents.kinship import DAUGHTERS, SONS
from models.lifeevents.order import MARRIED, HeadChange, Marriage, Split
from models.lifeevents.scene import (
    Scene,
    after_leaving,
    asking,
    born,
    join,
    member_of,
    noting,
    rehead,
    sex_of,
    with_home,
)
from models.people.person import Person

MARRIAGE_AGE = {"1": 22, "2": 20}
"""民法典第一千零四十七条: a man 22, a woman 20."""


def marriage(order: Marriage, scene: Scene, frame: Frame) -> Drawn:
    one, other = scene.people[frame.who], scene.people[frame.partner]
    found = _may_marry(one, other, frame)
    if order.marital not in MARRIED:
        found.append(Problem("marital", "marital.unknown", "请选择婚姻状况。"))
    if found:
        return Drawn(scene, problems=tuple(found))
    said: dict[tuple[str, str], dict[str, Any]] = {}
    for each, partner in ((one, other), (other, one)):
        held = each.text("person.marital")
        if held in MARRIED:
            scene = noting(scene, f"{each.name}登记的婚姻状况已经是“{MARRIED[held]}”，请核对后再确认。")
        said[("person", each.id)] = _wed(order, partner, frame)
    mover, host = {"who": (one, other), "partner": (other, one)}.get(order.mover, (None, one))
    if mover is not None:
        scene, extra = _move_in(order, scene, mover, host)
        said[("person", mover.id)] |= extra
    return Drawn(scene, said)


def split(order: Split, scene: Scene, frame: Frame) -> Drawn:
    old, home = scene.homes[order.household], frame.new_home
    going = [each for each in old.members if each.person in order.members]
    if not going or len(going) != len(set(order.members)):
        return refused(scene, "members", "split.members", "请勾选要分出去的成员。")
    if len(going) == len(old.members):
        return refused(scene, "members", "split.all", "不能把全部成员都分出去；整户搬家请用“县内迁入”。")
    if order.head not in order.members:
        return refused(scene, "head", "split.head", "请在分出去的成员里选择新户的户主。")
    if home is None:
        return refused(scene, "place.group", "place.needed", "请选择新户所在的村民小组和网格。")
    if not home.address:
        return refused(scene, "place.address", "place.address", "请填写新户的地址。")
    if frame.on > frame.today:
        return Drawn(scene, problems=(future(),))
    scene = with_home(scene, home)
    for each in going:
        scene = join(scene, each.person, home.id, each.relation)
    scene = rehead(scene, home.id, order.head, order.relations, was=old)
    scene = after_leaving(scene, old, order.left_head, order.relations, "left_head")
    said = {
        ("person", each.person): newcomer.registered(
            home.address, scene.people[each.person].text("person.registered_address") or old.address
        )
        for each in going
    }
    return Drawn(scene, said)


def head_change(order: HeadChange, scene: Scene, frame: Frame) -> Drawn:
    home = scene.homes[order.household]
    if member_of(home, order.head) is None:
        return refused(scene, "head", "head.needed", "请在本户成员里选择新户主。")
    if home.head is not None and home.head.person == order.head:
        return refused(scene, "head", "head.same", "她或他现在就是户主。")
    if frame.on > frame.today:
        return Drawn(scene, problems=(future(),))
    return Drawn(rehead(scene, home.id, order.head, order.relations))


def _wed(order: Marriage, partner: Person, frame: Frame) -> dict[str, Any]:
    said = {
        "person.marital": order.marital, "person.marital_changed_on": frame.on.isoformat(),
        "person.spouse_name": partner.name,
    }  # fmt: skip
    if partner.id_number:
        said["person.spouse_id_no"] = partner.id_number
    if order.marital == "21":
        said["person.first_married_on"] = frame.on.isoformat()
    if order.certificate:
        said["person.marriage_cert_no"] = order.certificate
    return said


def _may_marry(one: Person, other: Person, frame: Frame) -> list[Problem]:
    if one.id == other.id:
        return [Problem("partner", "marriage.same", "请选择两个不同的人。")]
    found = [future()] if frame.on > frame.today else []
    for each in (one, other):
        sex, birth = sex_of(each), born(each)
        if each.state == "dead":
            found.append(Problem("who", "person.dead", f"{each.name}已登记死亡。"))
        if sex and birth and _years(birth, frame.on) < MARRIAGE_AGE[sex]:
            found.append(
                Problem(
                    "on",
                    "marriage.age",
                    f"{each.name}在这一天没有到法定婚龄（男22周岁，女20周岁），请核对日期。",
                )
            )
    if sex_of(one) and sex_of(one) == sex_of(other):
        found.append(Problem("partner", "marriage.sex", "两人登记的性别相同，请先核对性别。"))
    return found


def _move_in(order: Marriage, scene: Scene, mover: Person, host: Person) -> tuple[Scene, dict[str, Any]]:
    """One of a couple moves to the household of the other."""
    home, before = scene.home_of(host.id), scene.home_of(mover.id)
    if home is None:
        return asking(scene, "mover", "marriage.homeless", f"{host.name}现在不是哪一户的成员。"), {}
    if before is not None and before.id == home.id:
        return asking(scene, "mover", "marriage.together", "两人已经在同一户，不用迁移。"), {}
    place = member_of(home, host.id)
    relation = order.relation or _in_law(place.relation if place else "", sex_of(mover))
    if not relation:
        return asking(scene, "relation", "relation.needed", f"请选择{mover.name}与户主的关系。"), {}
    scene = join(scene, mover.id, home.id, relation)
    if before is not None:
        scene = after_leaving(scene, before, order.head, order.relations)
    registered = mover.text("person.registered_address") or (before.address if before else home.address)
    return scene, newcomer.registered(home.address, registered)


def _in_law(relation: str, sex: str) -> str:
    """What a spouse of somebody with this relation is to the head; empty where it does not follow."""
    if relation == HEAD:
        return {"1": "11", "2": "12"}.get(sex, "10")
    if relation in SONS and sex == "2":
        return "38"
    return "28" if relation in DAUGHTERS and sex == "1" else ""


def _years(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
