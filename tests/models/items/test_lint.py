"""The lint of items: every rule finds what breaks it, at its place, in plain Chinese; a sound item breaks none."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from models.consents.consent import load_purposes
from models.elements.registry import load_elements
from models.integrity.kinds import load_kinds
from models.items.item import Item
from models.items.lint.rule import Known
from models.items.lint.run import RULES, lint, refused
from models.items.load import load_items
from models.roles.lines import DEPARTMENTS
from tests.models.catalogue import ALLOWANCE
from tests.models.items.desk import whole
from tests.models.items.test_codes import BUREAU

KNOWN = Known(
    load_elements(), frozenset(DEPARTMENTS), frozenset({"529901101", "529901102"}), {"000511012000": "other"},
    {f"{BUREAU}4000511012000": "other"}, frozenset(load_purposes()), frozenset(load_kinds()),
    frozenset({"allowance"}), {("allowance", "529901102"): "allowance-529901102"},
)  # fmt: skip
SOUND = whole(
    ALLOWANCE, basic_code="000511013000", code=f"{BUREAU}4000511013000",
    materials=[{"code": "M1", "name": "近照", "held": "form", "criteria": "一寸"}],
)  # fmt: skip
STEPS = msgspec.to_builtins(SOUND.steps)
MATERIAL = msgspec.to_builtins(SOUND.materials)[0]
FORM = msgspec.json.decode(msgspec.json.encode(SOUND.form))
FIELDS = FORM["sections"][0]["fields"]
WHEN_AGED = {"field": "age", "op": "ge", "value": 90}
NOWHERE = {"field": "nowhere", "value": "x"}
TOLERANCE = {"days": 5}
URGENT = {"when": WHEN_AGED, "hours": 24, "papers": 10}


def step(at: int, **change: Any) -> list:
    return [{**each, **change} if number == at else each for number, each in enumerate(STEPS)]


def material(**change: Any) -> list:
    return [{**MATERIAL, **change}]


def form(*fields: dict, **change: Any) -> dict:
    return {**FORM, "sections": [{**FORM["sections"][0], "fields": [*FIELDS, *fields], **change}]}


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "blank": ({"summary": ""}, "summary"),
    "days.order": ({"promised_days": 31}, "promised_days"),
    "days.none": ({"promised_days": 0}, "promised_days"),
    "negative": ({"visits": -1}, "visits"),
    "negative.before": ({"before": {"days": -3}}, "before.days"),
    "special.numbers": ({"tolerance": {"days": 0}, "materials": material(need=2)}, "tolerance.days"),
    "instant.days": ({"handling": "instant"}, "promised_days"),
    "online.visits": ({"visits": 1, "visit_reason": "核验"}, "visits"),
    "online.post": ({"online_depth": "I", "post": False}, "post"),
    "visits.reason": ({"visits": 1, "online_depth": "III"}, "visit_reason"),
    "fee.basis": ({"fee": "工本费10元"}, "fee_basis"),
    "phones": ({"consult_phone": "12345", "complaint_phone": "12345"}, "complaint_phone"),
    "law": ({"legal_basis": []}, "legal_basis"),
    "law.name": ({"legal_basis": ["有关规定"]}, "legal_basis.0"),
    "result.sample": ({"result": {"name": "津贴", "kind": "资金"}}, "result.sample"),
    "licence.faq": ({"kind": "01"}, "questions"),
    "faq.whole": ({"questions": [{"question": "几天？", "answer": " "}]}, "questions.0.answer"),
    "licence.steps": ({"kind": "01", "steps": step(1, kind="issue")}, "steps"),
    "department": ({"department": "魔法部"}, "department"),
    "plain": ({"summary": "长" * 61}, "summary"),
    "unverified": ({"unverified": ["金额"]}, "unverified"),
    "code.basic": ({"basic_code": "000511012000", "code": ""}, "basic_code"),
    "code": ({"basic_code": "", "code": f"{BUREAU}4000511012000"}, "code"),
    "code.none": ({"basic_code": "", "code": ""}, "basic_code"),
    "area": ({"area": "529901199", "variant_of": "allowance"}, "area"),
    "area.of": ({"area": "529901101"}, "variant_of"),
    "material.name": ({"materials": material(name=" ")}, "materials.0.name"),
    "material.twice": ({"materials": [MATERIAL, MATERIAL]}, "materials.1.code"),
    "material.vague": ({"materials": material(name="其他材料")}, "materials.0.name"),
    "material.criteria": ({"materials": material(criteria="")}, "materials.0.criteria"),
    "material.copies": ({"materials": material(form=1)}, "materials.0.originals"),
    "material.had": ({"materials": material(held="")}, "materials.0.field"),
    "material.field": ({"materials": material(field="name")}, "materials.0.field"),
    "material.held": ({"materials": material(held="person.nothing")}, "materials.0.held"),
    "material.issued": ({"materials": material(source="政府部门核发", held="", field="photo")}, "materials.0.held"),
    "material.when": ({"materials": material(when=NOWHERE)}, "materials.0.when"),
    "tolerance.none": ({"tolerance": TOLERANCE}, "tolerance.days"),
    "tolerance.days": ({"materials": material(need=2)}, "materials.0.need"),
    "steps.none": ({"steps": []}, "steps"),
    "step.name": ({"steps": step(1, name="")}, "steps.1.name"),
    "step.twice": ({"steps": step(1, key="accept")}, "steps.1.key"),
    "steps.first": ({"steps": step(0, kind="review")}, "steps.0.kind"),
    "steps.last": ({"steps": step(3, kind="review")}, "steps.3.kind"),
    "steps.days": ({"steps": step(1, days=6)}, "steps"),
    "steps.instant": ({"handling": "instant", "promised_days": 0}, "steps.0.days"),
    "step.numbers": ({"steps": step(1, signers=0)}, "steps.1.signers"),
    "step.notice": ({"steps": step(1, notice_days=7)}, "steps.1.notice_days"),
    "step.amounts": ({"steps": step(2, above=900, upto=800)}, "steps.2.above"),
    "step.aid": ({"steps": step(1, kind="aid"), "urgent": URGENT}, "steps.1.upto"),
    "step.department": ({"steps": step(1, department="魔法部")}, "steps.1.department"),
    "stage.apart": (
        {"steps": [{**each, "stage": "s" if at in (0, 2) else ""} for at, each in enumerate(STEPS)]}, "steps.2.stage",
    ),
    "stage.join": (
        {"steps": [{**each, "stage": "s", "join": "any" if at == 1 else "all"} for at, each in enumerate(STEPS)]},
        "steps.1.join",
    ),
    "step.when": ({"steps": step(1, when=NOWHERE)}, "steps.1.when"),
    "step.fields": ({"steps": step(1, shows=["nowhere"])}, "steps.1.shows"),
    "urgent.when": ({"urgent": {**URGENT, "when": NOWHERE}}, "urgent.when"),
    "once.fields": ({"once": {"fields": ["nowhere"]}}, "once.fields"),
    "form.sound": ({"form": form({"key": "x", "label": "", "type": "text"})}, "form.fields.x"),
    "form.none": ({"form": {"sections": [{"key": "a", "title": "空", "fields": []}]}}, "form"),
    "page.empty": ({"form": {"sections": [*FORM["sections"], {"key": "b", "title": "空", "fields": []}]}},
                   "form.sections.b"),
    "page.key": ({"form": {"sections": [{**FORM["sections"][0], "key": "第一页"}]}}, "form.sections.第一页"),
    "page.title": ({"form": form(title=" ")}, "form.sections.all.title"),
    "page.long": ({"form": form(*({"key": f"q{n}", "label": "问", "type": "text"} for n in range(9)))}, "form.sections.all"),
    "form.long": (
        {"form": {"sections": [FORM["sections"][0] | {"key": f"p{n}"} for n in range(13)]}}, "form",
    ),
    "field.bound": (
        {"form": form({"key": "x", "label": "电话", "type": "date", "element": "person.phone"})}, "form.fields.x.element",
    ),
    "field.subject": (
        {"form": form({"key": "x", "label": "孩子", "type": "text", "element": "person.name"})}, "form.fields.x.subject",
    ),
    "form.phone": (
        {"form": {"sections": [{**FORM["sections"][0], "fields": [f for f in FIELDS if f["type"] != "phone"]}]}}, "form",
    ),
    "field.consent": (
        {"form": form({"key": "x", "label": "病史", "type": "text", "consent": "healht"})}, "form.fields.x.consent",
    ),
    "commitment.bars": (
        {"form": form({"key": "x", "label": "承诺", "type": "notice",
                       "commitment": {"key": "rent", "covers": "房子是租的", "bars": {"flase": 12}}})},
        "form.fields.x.commitment.bars",
    ),
    "field.retyped": ({"form": form({"key": "x", "label": "联系电话", "type": "phone"})}, "form.fields.x.element"),
}  # fmt: skip
"""For each rule what breaks it in an item that is sound, and where that is found."""


def changed(change: dict[str, Any]) -> Item:
    return msgspec.convert(msgspec.json.decode(msgspec.json.encode(SOUND)) | change, Item)


def test_a_sound_item_breaks_no_rule():
    assert lint(SOUND, KNOWN) == ()


def test_every_rule_is_tried():
    assert set(BROKEN) == {rule.key for rule in RULES}
    assert len({rule.key for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("key", BROKEN)
def test_what_breaks_a_rule_is_found_at_its_place_in_plain_words(key):
    change, place = BROKEN[key]
    found = [each for each in lint(changed(change), KNOWN) if each.rule == key]
    assert place in [each.place for each in found]
    rule = next(each for each in RULES if each.key == key)
    assert {each.severity for each in found} == {rule.severity}
    assert all(
        each.message.endswith("。") and any("一" <= char <= "鿿" for char in each.message) for each in found
    )


def test_what_must_be_mended_comes_first():
    found = lint(changed({"summary": "", "unverified": ["金额"], "promised_days": 31}), KNOWN)
    severities = [each.severity for each in found]
    assert severities == sorted(severities)
    assert {each.rule for each in refused(found)} == {"blank", "days.order"}


def test_an_item_may_keep_its_own_codes_and_a_variant_shares_the_basic_one():
    known = msgspec.structs.replace(
        KNOWN, basic_codes={SOUND.basic_code: "allowance"}, codes={SOUND.code: "allowance"}
    )
    assert lint(SOUND, known) == ()
    own = f"{BUREAU}5000511013000"
    variant = changed({"id": "allowance-daguan", "area": "529901101", "variant_of": "allowance", "code": own})
    assert lint(variant, known) == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"basic_code": "0005 1101 3000", "code": ""}, "basic_code"),
        ({"code": SOUND.code.lower()}, "code"),
        ({"area": "529901101", "variant_of": "nothing"}, "variant_of"),
        ({"area": "529901102", "variant_of": "allowance", "id": "other"}, "variant_of"),
        ({"urgent": {**URGENT, "hours": -1}}, "urgent.hours"),
        ({"once": {"fields": ["age"], "days": 0}}, "once.days"),
        ({"tolerance": {"days": 3, "remind": -1}}, "tolerance.remind"),
    ],
)
def test_what_would_fail_silently_is_refused(change, place):
    assert place in [each.place for each in refused(lint(changed(change), KNOWN))]


def test_every_item_that_comes_with_a_release_may_be_published():
    broken = {item.id: refused(lint(item, KNOWN)) for item in load_items().values()}
    assert {slug: found for slug, found in broken.items() if found} == {}
