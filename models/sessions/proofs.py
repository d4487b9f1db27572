"""What a proof of identity is good for beyond letting its bearer in. Pure."""

from __future__ import annotations

from models.sessions.session import Proof

STRONG: frozenset[Proof] = frozenset({"pin", "grid", "counter"})
"""What was handed over or seen in person. A one-time code and WeChat's word both hang on the old phone."""

CONTACTS = frozenset({"person.phone", "person.phone2", "person.guardian_phone"})
"""Elements to which one-time codes may go, now or after an edit: who changes them changes who can log in."""


IDENTITY = frozenset({
    "person.name", "person.id_no", "person.sex", "person.birth_date", "person.died_on", "person.relation_to_head",
    "person.registered_division", "person.registered_address", "person.hukou_kind", "person.hukou_class",
    "person.hukou_match", "person.household_code", "person.id_kind",
    "house.head_name", "house.head_id_no", "house.hukou_no",
})  # fmt: skip
"""What the household register says: nobody changes by declaring it who she is."""

GRANTED = frozenset({
    "person.dibao", "person.dibao_no", "person.temp_aid_times", "person.disability_cert_no",
    "person.disability_kind", "person.disability_grade", "person.disability_cert_until",
    "person.dibao_class", "person.dibao_amount", "person.dibao_from", "person.tekun", "person.dibao_edge",
    "person.rigid_cost_poor", "person.temp_aid_amount", "person.orphan_kind", "person.elder_allowance",
    "person.disabled_living_sub", "person.disabled_care_sub", "person.elder_care_kind", "person.fp_reward_kind",
    "person.veteran_benefit", "person.veteran_benefit_kind", "person.veteran_card_no", "person.deputy_kind",
    "person.village_post", "house.poverty_out_year", "house.monitor_kind", "house.identified_on", "house.risk_cleared",
    "house.risk_cleared_on", "house.relocation", "house.land_cert_no", "house.safety_graded_on", "house.rectify_status",
    "house.poverty_kind", "house.dibao_no", "house.temp_aid_times", "house.safety_grade",
    "house.property_cert_no", "house.homestead_cert_no", "house.forest_cert_no",
})  # fmt: skip
"""What an authority has found or granted: nobody grants it to herself."""


def may_record(key: str, proof: str) -> bool:
    """Whether a value that a resident gives for the element ``key`` may be recorded at once.

    False: it becomes a proposal that somebody reviews, whatever the order of trust says. So it is for a new
    phone number where only the old phone vouched for her: a phone that was lost, sold or lent must not be
    able to make itself the lasting key to her record. What a register or an authority says is never recorded on
    her own word, however well she has proved who she is.
    """
    if key in IDENTITY or key in GRANTED:
        return False
    return key not in CONTACTS or proof in STRONG
