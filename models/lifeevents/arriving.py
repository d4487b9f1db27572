"""Coming into a household and going out of it: newcomers, births, moves, deaths. Pure; each plan gives the scene as it
would stand."""

from __future__ import annotations

import msgspec

from models.base.errors import Problem
from models.households.household import HEAD, Household
from models.lifeevents import newcomer
from models.lifeevents.frame import Drawn, Frame, future, refused
from models.lifeevents.order import Birth, Death, HouseholdAdd, Left, Move, PersonAdd
from models.lifeevents.scene import (
    Scene,
    after_leaving,
    born,
    join,
    leave,
    member_of,
    sex_of,
    with_home,
    with_person,
)
from models.people.person import Person
from models.people.values import Held


def household_add(order: HouseholdAdd, scene: Scene, frame: Frame) -> Drawn:
    home = frame.new_home
    if home is None:
        return refused(scene, "place.group", "place.needed", "请选择新户所在的村民小组和网格。")
    if not home.address:
        return refused(scene, "place.address", "place.address", "请填写门牌上的地址，例如：丘林村三组16号。")
    scene = with_home(scene, home)
    if frame.who:
        return into(order, scene, frame, home, HEAD, registered=True)
    return arrive(order, scene, frame, home, HEAD)


def person_add(order: PersonAdd, scene: Scene, frame: Frame) -> Drawn:
    home = scene.homes[order.household]
    relation = order.relation if home.members else HEAD
    drawn = arrive(order, scene, frame, home, relation)
    if relation:
        return drawn
    asked = Problem("relation", "relation.needed", "请选择与户主的关系。")
    return msgspec.structs.replace(drawn, problems=(*drawn.problems, asked))


def birth(order: Birth, scene: Scene, frame: Frame) -> Drawn:
    home = scene.homes[order.household]
    if not home.members:
        return refused(scene, "household", "birth.nobody", "这一户没有成员，请先登记父母。")
    drawn = arrive(order, scene, frame, home, order.relation)
    found = list(drawn.problems)
    if not order.relation:
        found.append(Problem("relation", "relation.needed", "请选择孩子与户主的关系。"))
    said = dict(drawn.said[("person", frame.new_person)])
    for field, sex, word in (("mother", "2", "母亲"), ("father", "1", "父亲")):
        parent = scene.people.get(getattr(order, field))
        if not getattr(order, field):
            continue
        if parent is None or member_of(home, parent.id) is None:
            found.append(Problem(field, "parent.unknown", f"请在本户成员里选择{word}，不在本户的请留空。"))
        elif sex_of(parent) not in {sex, ""}:
            found.append(Problem(field, "parent.sex", f"{word}的性别不对，请核对。"))
        elif (there := born(parent)) is not None and there >= frame.on:
            found.append(Problem(field, "parent.age", f"{word}的出生日期晚于孩子，请核对。"))
        else:
            said[f"person.{field}"] = parent.name
    if not order.mother and not order.father:
        found.append(Problem("mother", "parent.needed", "请至少选择父亲或母亲一方。"))
    if order.certificate:
        said["person.birth_cert_no"] = order.certificate
    values = {**drawn.said, ("person", frame.new_person): said}
    return Drawn(drawn.scene, values, tuple(found))


def move(order: Move, scene: Scene, frame: Frame) -> Drawn:
    home = scene.homes[order.household]
    relation = order.relation if home.members else HEAD
    if not relation:
        return refused(scene, "relation", "relation.needed", "请选择与户主的关系。")
    return into(order, scene, frame, home, relation, order.registered)


def left(order: Left, scene: Scene, frame: Frame) -> Drawn:
    person, home = scene.people[frame.who], scene.home_of(frame.who)
    found = [future()] if frame.on > frame.today else []
    where = " ".join(order.where.split())[:80]
    if not where:
        found.append(Problem("where", "where.needed", "请填写迁往哪里，例如：浙江省宁波市。"))
    if home is None:
        found.append(Problem("who", "person.homeless", f"{person.name}现在不是哪一户的成员。"))
        return Drawn(scene, problems=tuple(found))
    scene = after_leaving(leave(scene, person.id, "left"), home, order.head, order.relations)
    said = {"person.moved_out": f"{frame.on.isoformat()} {where}", "person.residence_address": where}
    if order.registered:
        said["person.registered_address"] = where
    return Drawn(scene, {("person", person.id): said}, tuple(found))


def death(order: Death, scene: Scene, frame: Frame) -> Drawn:
    person, home = scene.people[frame.who], scene.home_of(frame.who)
    found = [future()] if frame.on > frame.today else []
    if person.state == "dead":
        return refused(scene, "who", "person.dead", f"{person.name}已登记死亡。")
    if (birth := born(person)) is not None and frame.on < birth:
        found.append(Problem("on", "death.birth", "死亡日期早于出生日期，请核对。"))
    scene = leave(scene, person.id, "dead")
    if home is not None:
        scene = after_leaving(scene, home, order.head, order.relations)
    return Drawn(scene, {("person", person.id): {"person.died_on": frame.on.isoformat()}}, tuple(found))


def arrive(
    order: HouseholdAdd | PersonAdd | Birth, scene: Scene, frame: Frame, home: Household, relation: str
) -> Drawn:
    """Somebody new in a household."""
    newborn = isinstance(order, Birth)
    said = order.newcomer
    if newborn and not said.id_number:
        said = msgspec.structs.replace(said, birth_date=frame.on.isoformat())
    new, found = newcomer.read(said, frame.today, newborn)
    values = newcomer.values_of(new, home.address)
    held = Held({key: frame.value(value) for key, value in values.items()})
    person = Person(frame.new_person, home.areas, held=held)
    scene = join(with_person(scene, person), person.id, home.id, relation)
    if frame.on > frame.today:
        found.append(future())
    return Drawn(scene, {("person", person.id): values}, tuple(found))


def into(
    order: HouseholdAdd | Move, scene: Scene, frame: Frame, home: Household, relation: str, registered: bool
) -> Drawn:
    """Somebody on record moves into a household."""
    person, before = scene.people[frame.who], scene.home_of(frame.who)
    if person.state == "dead":
        return refused(scene, "who", "person.dead", f"{person.name}已登记死亡，不能迁移。")
    if before is not None and before.id == home.id:
        return refused(scene, "who", "person.member", f"{person.name}已经是这一户的成员。")
    if frame.on > frame.today:
        return Drawn(scene, problems=(future(),))
    head = order.head if isinstance(order, Move) else ""
    given = order.relations if isinstance(order, Move) else {}
    scene = join(scene, person.id, home.id, relation)
    if before is not None:
        scene = after_leaving(scene, before, head, given)
    at = home.address if registered else person.text("person.registered_address") or (
        before.address if before else ""
    )  # fmt: skip
    said = newcomer.registered(home.address, at or home.address) | {"person.moved_out": ""}
    return Drawn(scene, {("person", person.id): said})
