"""Blind review (盲审): the reviewer sees the matter and not the person, in no form, until she says why she has to."""

from __future__ import annotations

import msgspec
import pytest

from models.accounts.account import Account
from models.areas.area import chain_of
from models.base.errors import Conflict, Forbidden, Invalid, NotFound
from models.cases.case import Brought
from models.cases.posts import assignable, available
from models.cases.veil import claims_of, veil_of, veiled
from models.forms.form import Field
from models.mandates.mandate import Intake
from tests.models.cases.test_assigning import TOWN
from tests.models.catalogue import ALLOWANCE, ITEMS
from tests.models.hall import CHEN_CARD, CLERK, GOOD, NOON, REVIEWER, WANG, ZHOU_CARD
from tests.models.hall import ZHAO as COUNTY

BO = msgspec.structs.replace(REVIEWER, subject="a-bo", name="柏首席")
CUI = msgspec.structs.replace(REVIEWER, subject="a-cui", name="崔首席")
SECRETS = ("陈桂兰", CHEN_CARD, ZHOU_CARD, "19900000001", "12号", GOOD["account"], "周建国")
NOTE = Field("why", "申请理由", "textarea")


def blinded(*shows: str):
    """The allowance, its check a blind one, with a question for free words."""
    steps = tuple(
        msgspec.structs.replace(step, blind=True, shows=shows) if step.key == "check" else step
        for step in ALLOWANCE.steps
    )
    section = ALLOWANCE.form.sections[0]
    fields = msgspec.structs.replace(section, fields=(*section.fields, NOTE))
    form = msgspec.structs.replace(ALLOWANCE.form, sections=(fields,))
    return msgspec.structs.replace(ALLOWANCE, steps=steps, form=form)


async def staffed(hall, *shows: str):
    hall = await hall.again({**ITEMS, "allowance": blinded(*shows)})
    for actor in (BO, CUI, REVIEWER):
        account = Account(
            actor.subject, actor.subject, actor.name, actor.role, actor.area, chain_of(actor.area)
        )
        await hall.account_repository.put_new([account])
    return hall


async def in_review(hall, photo, **more):
    """A case of 陈桂兰 that has been accepted, with a photo in it, and free words that name her; and its paper."""
    paper = (await hall.uploads.take(hall.chen, photo, "近照.jpg")).id
    told = "陈桂兰家住丘林村三组12号，电话19900000001，儿子周建国在外打工"
    family = [{"name": "周建国", "id_number": ZHOU_CARD, "relation": "20", "income": "1200"}]
    filed = await hall.file(photo=[paper], why=told, family=family, **more)
    return await hall.act(CLERK, await hall.case(filed), "accept"), paper


async def dealt(hall, case):
    await hall.dealing.run_once()
    case = await hall.cases_repository.get(case.id)
    return next(each for each in (BO, CUI, REVIEWER) if each.subject == case.active[0].assignee), case


@pytest.mark.gen_test
async def test_what_the_reviewer_gets_holds_the_matter_and_nothing_that_names_anybody(hall, photo):
    hall = await staffed(hall)
    case, paper = await in_review(hall, photo)
    reviewer, _ = await dealt(hall, case)
    seen = await hall.desk.seen(reviewer, case.id)
    text = msgspec.json.encode(seen.case).decode()
    hidden = (*SECRETS, paper, case.receipt, case.code, hall.chen.subject, "p-chen", "key-of-chen-1")
    assert [secret for secret in hidden if secret in text] == []
    assert seen.case.answer("why").startswith("〔已隐去〕家住")
    assert seen.case.answer("family") == [{"relation": "20", "income": "1200.00"}]
    assert (seen.blind, seen.whose) == (True, ("p-chen", hall.chen.subject))
    assert seen.case.areas[-1] == "529901101201"


@pytest.mark.gen_test
async def test_the_list_and_the_search_of_a_blind_desk_name_nobody_either(hall, photo):
    hall = await staffed(hall)
    case, _ = await in_review(hall, photo)
    for view in ("mine", "area", "lately"):
        row = (await hall.desk.listing(BO, view)).rows[0]
        assert (row.name, row.place) == ("", "大关镇丘林村"), view
    found = await hall.desk.sought(BO, case.case_no)
    assert "陈桂兰" not in msgspec.json.encode(found.case).decode()
    assert (await hall.desk.listing(CLERK, "area")).rows[0].name == "陈*兰"


@pytest.mark.gen_test
async def test_nobody_at_a_blind_desk_peeks_before_it_is_her_turn_or_after_the_end(hall, photo):
    hall = await staffed(hall)
    filed = await hall.file(name="陈桂兰")
    assert (await hall.desk.seen(BO, (await hall.case(filed)).id)).blind
    await hall.act(CLERK, await hall.case(filed), "refuse", reason="陈桂兰的户籍不在本县")
    closed = (await hall.desk.seen(BO, (await hall.case(filed)).id)).case
    assert "陈桂兰" not in msgspec.json.encode(closed).decode()


@pytest.mark.gen_test
async def test_others_along_the_way_see_whole_what_they_have_to(hall, photo):
    hall = await staffed(hall)
    case, paper = await in_review(hall, photo)
    for actor in (CLERK, WANG, COUNTY):
        seen = await hall.desk.seen(actor, case.id)
        assert (seen.blind, seen.case.applicant.name) == (False, "陈桂兰")
        await hall.uploads.open(actor, paper)


@pytest.mark.gen_test
async def test_a_photo_does_not_leave_the_server_for_a_blind_desk_unless_the_item_says_so(hall, photo):
    hall = await staffed(hall)
    case, paper = await in_review(hall, photo)
    for actor in (BO, CUI, REVIEWER):
        with pytest.raises(NotFound):
            await hall.uploads.open(actor, paper)
    open_hall = await staffed(hall, "photo")
    case, paper = await in_review(open_hall, photo, key="key-of-chen-2")
    assert (await open_hall.desk.seen(BO, case.id)).case.answer("photo") == [paper]
    await open_hall.uploads.open(BO, paper)


def test_papers_are_grouped_by_the_desks_that_may_not_see_them():
    item = blinded("photo")
    areas = ("529901", "529901101")
    assert claims_of(item.form, {"photo": ["f1"]}, item.steps, areas) == [(["f1"], ())]
    strict = blinded()
    assert claims_of(strict.form, {"photo": ["f1"]}, strict.steps, areas) == [
        (["f1"], ("529901101|reviewer|民政", "529901101|reviewer"))
    ]


@pytest.mark.gen_test
async def test_it_is_dealt_among_the_pair_on_duty_and_nobody_chooses_it(hall, photo):
    hall = await staffed(hall)
    for account in ("a-bo", "a-cui"):
        await hall.duty.add_shift(TOWN, "民政", account, "2026-11-01", "2026-11-07")
    case, _ = await in_review(hall, photo)
    assert (available(BO, case), assignable(BO, case, case.active[0])) == ((), ())
    for action in ("take", "hand_on"):
        with pytest.raises(Forbidden):
            await hall.act(BO, case, action)
    hall.drawn = [1]
    reviewer, case = await dealt(hall, case)
    assert reviewer == CUI
    assert available(BO, case) == ()
    assert (await hall.act(CUI, case, "hand_on")).active[0].key == "approve"


@pytest.mark.gen_test
async def test_whoever_accepted_is_never_the_reviewer(hall, photo):
    hall = await staffed(hall)
    await hall.duty.add_shift(TOWN, "民政", "a-bo", "2026-11-01", "2026-11-07")
    steps = (msgspec.structs.replace(blinded().steps[0], role="reviewer"), *blinded().steps[1:])
    hall = await hall.again({**ITEMS, "allowance": msgspec.structs.replace(blinded(), steps=steps)})
    case = await hall.act(BO, await hall.case(await hall.file()), "accept")
    assert await hall.dealing.run_once() == 0  # she alone is on duty
    await hall.duty.add_shift(TOWN, "民政", "a-cui", "2026-11-01", "2026-11-07")
    assert (await dealt(hall, case))[0] == CUI
    assert not (await hall.desk.seen(BO, case.id)).blind  # she has met her


@pytest.mark.gen_test
async def test_whoever_gives_it_back_does_not_get_it_again(hall, photo):
    hall = await staffed(hall)
    for account in ("a-bo", "a-cui"):
        await hall.duty.add_shift(TOWN, "民政", account, "2026-11-01", "2026-11-07")
    case, _ = await in_review(hall, photo)
    first, case = await dealt(hall, case)
    case = await hall.act(first, case, "give_back", reason="疑似亲戚，需要回避")
    second, _ = await dealt(hall, case)
    assert {first, second} == {BO, CUI}


@pytest.mark.gen_test
async def test_a_look_behind_the_veil_takes_a_reason_and_stays_in_the_case(hall, photo):
    hall = await staffed(hall)
    case, paper = await in_review(hall, photo)
    reviewer, case = await dealt(hall, case)
    other = next(each for each in (BO, CUI, REVIEWER) if each != reviewer)
    with pytest.raises(Invalid):
        await hall.desk.unmask(reviewer, case.id, case.rev, " ")
    with pytest.raises(Forbidden):
        await hall.desk.unmask(other, case.id, case.rev, "想看看")
    with pytest.raises(Conflict, match="case.changed"):
        await hall.desk.unmask(reviewer, case.id, case.rev - 1, "核对继承关系")
    with pytest.raises(Conflict, match="case.not_blind"):
        await hall.desk.unmask(CLERK, case.id, case.rev, "核对继承关系")
    seen = await hall.desk.unmask(reviewer, case.id, case.rev, "核对继承关系")
    assert (seen.blind, seen.case.applicant.name) == (False, "陈桂兰")
    assert (seen.case.events[-1].what, seen.case.events[-1].note) == ("unmasked", "核对继承关系")
    await hall.uploads.open(reviewer, paper)
    with pytest.raises(NotFound):
        await hall.uploads.open(other, paper)
    assert (await hall.desk.seen(other, case.id)).blind
    assert seen.case.events[-1].at >= NOON


@pytest.mark.gen_test
async def test_who_came_with_a_child_and_what_earlier_matters_brought_is_hidden_too(hall, photo):
    hall = await staffed(hall)
    case, _ = await in_review(hall, photo)
    told = msgspec.structs.replace(
        case, intake=Intake("529901", "政务服务中心", "P1", case.areas, "周建国"),
        brought=(Brought("落户", "1", "陈桂兰已落户"),),
    )  # fmt: skip
    shown = veiled(told, veil_of(CUI, told), blinded().form)
    assert (shown.intake.guardian, shown.brought[0].result) == ("", "〔已隐去〕已落户")
