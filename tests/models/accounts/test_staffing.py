"""Applying for an account, and who may say yes."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from models.accounts.account import Badge
from models.accounts.application import Application, Approval, Decision, Place
from models.base.actor import ANONYMOUS
from models.base.errors import Forbidden, Invalid, LoginRefused, NotFound, TooMany

from .conftest import ADMIN, PASSWORD, SUN, TOWN_ADMIN, ZHAO, card

OTHER_CARD = card("52990119880911003")


async def failures(*awaitables):
    """The codes of those that failed, in order of the alphabet."""
    done = await asyncio.gather(*awaitables, return_exceptions=True)
    return sorted(one.code for one in done if isinstance(one, Exception))


@pytest.mark.gen_test
async def test_an_approved_application_logs_in_with_the_password_that_she_chose(office):
    account = await office.approved()
    _, actor = await office.login(account)
    assert (actor.name, actor.role, actor.area, actor.departments) == (
        "赵科长",
        "approver",
        "529901",
        ("民政",),
    )
    assert [entry.what for entry in account.history] == ["applied", "approved"]
    assert (account.history[1].by, account.history[1].by_name) == ("a-admin", "系统管理员")


@pytest.mark.gen_test
async def test_nobody_logs_in_before_she_was_approved_or_after_she_was_refused(office):
    line = await office.applied()
    refused = await office.staffing.refuse(ADMIN, line.id, Decision(line.rev, "不是本单位职工"))
    for username in ("", line.number, line.id, "赵科长"):
        with pytest.raises(LoginRefused):
            await office.door.login(username, PASSWORD, "a")
    assert refused.state == "refused"
    assert (await office.accounts.get(line.id)).password_hash == ""


@pytest.mark.gen_test
async def test_id_number_and_phone_are_sealed_and_neither_in_lists_nor_in_logs(office, database):
    line = await office.applied()
    raw = str(await database.collection("accounts").find_one({"_id": line.id}))
    account = await office.accounts.get(line.id)
    shown = raw + repr(account) + repr(ZHAO) + msgspec.json.encode(line).decode()
    assert not [secret for secret in (ZHAO.id_number, ZHAO.phone, PASSWORD) if secret in shown]
    assert (line.id_number[:3], line.phone[-4:]) == ("529", "0001")
    detail = await office.staffing.open(ADMIN, line.id)
    assert (detail.id_number, detail.phone) == (ZHAO.id_number, ZHAO.phone)
    assert ZHAO.id_number not in repr(detail)


@pytest.mark.gen_test
async def test_the_answer_does_not_tell_whether_the_card_has_an_account(office):
    first = await office.staffing.apply(ZHAO, "a")
    await office.approved(id_number=OTHER_CARD)
    known = await office.staffing.apply(msgspec.structs.replace(ZHAO, id_number=OTHER_CARD), "a")
    assert (known.message, len(known.number)) == (first.message, len(first.number))
    assert known.number != first.number


@pytest.mark.gen_test
async def test_all_that_is_wrong_with_an_application_is_said_at_once(office):
    wrong = Application("赵", "529901197506010010", "123", "grid", "529901", "short", ("天文台",))
    with pytest.raises(Invalid) as refused:
        await office.staffing.apply(wrong, "a")
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"name", "id_number", "phone", "area", "departments", "password", "work_phone"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"area": "110101"}, "area.unknown"), ({"role": "king"}, "role.unknown"),
        ({"password": ZHAO.id_number.lower()}, "password.own"), ({"role": "admin", "area": "529901101201"}, "role.tier"),
    ],
)  # fmt: skip
@pytest.mark.gen_test
async def test_a_wish_that_cannot_be_granted_is_refused_at_the_form(office, change, code):
    with pytest.raises(Invalid) as refused:
        await office.staffing.apply(msgspec.structs.replace(ZHAO, **change), "a")
    assert code in {problem.code for problem in refused.value.problems}


@pytest.mark.gen_test
async def test_one_address_and_one_card_apply_a_few_times_an_hour(office):
    for _ in range(3):
        await office.staffing.apply(ZHAO, "a")
    with pytest.raises(TooMany):
        await office.staffing.apply(ZHAO, "b")
    office.advance(hours=1)
    assert await office.staffing.apply(ZHAO, "b")


@pytest.mark.gen_test
async def test_administrators_see_what_waits_in_their_area_and_never_above_it(office):
    county = await office.applied()
    town = await office.applied(role="clerk", area="529901102", id_number=OTHER_CARD)
    assert [line.id for line in await office.staffing.applications(TOWN_ADMIN)] == [town.id]
    assert {line.id for line in await office.staffing.applications(ADMIN)} == {county.id, town.id}
    with pytest.raises(NotFound):
        await office.staffing.open(TOWN_ADMIN, county.id)
    with pytest.raises(NotFound):
        await office.staffing.approve(TOWN_ADMIN, county.id, Approval(county.rev))


@pytest.mark.gen_test
async def test_an_administrator_cannot_lift_an_application_out_of_her_area(office):
    line = await office.applied(role="clerk", area="529901102", departments=())
    for area in ("529901", "529901101"):
        with pytest.raises(Forbidden):
            await office.staffing.approve(TOWN_ADMIN, line.id, Approval(line.rev, Place("clerk", area)))
    assert (await office.staffing.open(TOWN_ADMIN, line.id)).state == "applied"


@pytest.mark.parametrize("actor", [SUN, ANONYMOUS], ids=["孙外人", "nobody"])
@pytest.mark.gen_test
async def test_who_is_no_administrator_neither_sees_nor_decides(office, actor):
    line = await office.applied(role="clerk", area="529901102", departments=())
    staffing, decision = office.staffing, Decision(line.rev, "试一试")
    codes = await failures(
        staffing.applications(actor), staffing.open(actor, line.id),
        staffing.approve(actor, line.id, Approval(line.rev)), staffing.refuse(actor, line.id, decision),
        staffing.close(actor, line.id, decision), staffing.reset_second(actor, line.id, decision),
    )  # fmt: skip
    assert len(codes) == 6
    assert set(codes) <= {"forbidden", "area.not_yours"}


@pytest.mark.gen_test
async def test_nobody_approves_herself_under_whatever_name(office):
    boss = await office.administrator()
    by_card = await office.applied(role="clerk", phone="13900000009")
    by_phone = await office.applied(role="clerk", id_number=OTHER_CARD)
    for line in (by_card, by_phone):
        with pytest.raises(Forbidden) as refused:
            await office.staffing.approve(boss, line.id, Approval(line.rev))
        assert refused.value.code == "account.own"


@pytest.mark.gen_test
async def test_of_two_approvals_at_once_one_counts(office):
    line = await office.applied()
    second = msgspec.structs.replace(ADMIN, subject="a-second", name="另一位管理员")
    approvals = [
        office.staffing.approve(who, line.id, Approval(line.rev, place))
        for who, place in ((ADMIN, None), (second, Place("clerk", "529901101")), (ADMIN, None))
    ]
    codes = await failures(*approvals)
    assert len(codes) == 2
    assert set(codes) <= {"conflict", "account.state"}
    assert [entry.what for entry in (await office.accounts.get(line.id)).history] == ["applied", "approved"]


@pytest.mark.gen_test
async def test_of_an_approval_and_a_refusal_at_once_one_counts(office):
    line = await office.applied()
    codes = await failures(
        office.staffing.approve(ADMIN, line.id, Approval(line.rev)),
        office.staffing.refuse(ADMIN, line.id, Decision(line.rev, "材料不符")),
    )
    assert len(codes) == 1


@pytest.mark.gen_test
async def test_a_person_has_one_account_in_use_and_doubles_are_marked(office):
    one = await office.applied()
    other = await office.applied(phone="13900000002")
    assert {line.doubled for line in await office.staffing.applications(ADMIN)} == {True}
    codes = await failures(
        *(office.staffing.approve(ADMIN, line.id, Approval(line.rev)) for line in (one, other))
    )
    assert codes == ["account.id_taken"]
    assert not (await office.applied(id_number=OTHER_CARD)).doubled


@pytest.mark.gen_test
async def test_who_left_may_come_back_with_a_new_account(office):
    gone = await office.approved()
    await office.staffing.close(ADMIN, gone.id, Decision(gone.rev, "调离本单位"))
    back = await office.approved()
    assert back.id != gone.id
    assert back.staff_no != gone.staff_no


@pytest.mark.gen_test
async def test_the_staff_number_is_six_digits_and_stands_in_the_watermark(office):
    account = await office.approved()
    assert len(account.staff_no) == 6
    assert account.staff_no.isdigit()
    assert account.username == account.staff_no
    assert await office.accounts.badge(account.id) == Badge("赵科长", account.staff_no)
    with pytest.raises(NotFound):
        await office.accounts.badge("nobody")


@pytest.mark.gen_test
async def test_a_chosen_username_must_be_free_and_of_good_form(office):
    line = await office.applied()
    await office.staffing.approve(ADMIN, line.id, Approval(line.rev, username=" Zhao "))
    assert (await office.accounts.by_username("zhao")).id == line.id
    other = await office.applied(id_number=OTHER_CARD, phone="13900000002")
    for username in ("zhao", "100001", "赵"):
        with pytest.raises(Invalid):
            await office.staffing.approve(ADMIN, other.id, Approval(other.rev, username=username))


@pytest.mark.gen_test
async def test_a_refusal_wants_its_reason(office):
    line = await office.applied()
    for reason in ("", "  ", "因" * 201):
        with pytest.raises(Invalid):
            await office.staffing.refuse(ADMIN, line.id, Decision(line.rev, reason))


@pytest.mark.gen_test
async def test_what_came_to_nothing_is_forgotten_and_what_is_in_use_is_not(office, database):
    waiting = await office.applied()
    account = await office.accounts.get(waiting.id)
    assert 89 < (account.forget_at - office.moment).days <= 90
    approved = await office.approved(id_number=OTHER_CARD, phone="13900000002")
    assert (await office.accounts.get(approved.id)).forget_at is None
