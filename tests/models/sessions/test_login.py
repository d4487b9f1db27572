"""L0 → L1 → L2, and how little a stranger learns on the way."""

from __future__ import annotations

import asyncio

import pytest

from models.base.actor import ANONYMOUS
from models.base.errors import Invalid, LoginNeeded, LoginRefused, TooMany

WRONG_PIN = "00000000"


async def outcome(coroutine):
    """What a stranger sees of it: the error's code and words, or nothing."""
    try:
        await coroutine
    except (LoginRefused, TooMany) as error:
        return error.code, error.message
    return None


@pytest.mark.gen_test
async def test_a_card_of_valid_form_gives_l1_known_or_not(gate, town):
    for who in (town.chen, town.sun):
        actor = await gate.l1(who)
        assert (actor.level, actor.name, actor.id_number) == ("L1", who.name, who.id_number)
        assert (actor.person, actor.household, actor.device) == ("", "", "device-1")


@pytest.mark.gen_test
async def test_the_subject_is_the_blind_index_of_the_card(gate, town):
    actor = await gate.l1(town.chen)
    assert (
        actor.subject
        == gate.cipher.blind(town.chen.id_number, "person.id_no")
        == gate.sessions.subject(actor.id_number)
    )


@pytest.mark.gen_test
async def test_spaces_dots_and_a_small_x_are_forgiven(gate):
    tokens = await gate.sessions.login_l1(" 阿依•古丽 ", "11010519491231002x", "", "10.0.0.1")
    actor = gate.sessions.actor_of(tokens.access_token)
    assert (actor.name, actor.id_number) == ("阿依·古丽", "11010519491231002X")


@pytest.mark.parametrize(
    ("name", "id_number", "codes"),
    [
        ("", "", ["name.required", "id_number.required"]),
        ("陈", "52990119450307", ["name.length", "id_number.length"]),
        ("陈桂兰1", "110105194912310021", ["name.form", "id_number.checksum"]),
        ("陈\0桂兰", "11010519491331002X", ["name.form", "id_number.birth_date"]),
        ("陈" * 600, "陈" * 18, ["name.length", "id_number.form"]),
        ("\ud800陈桂兰", "11010529991231002X", ["name.form", "id_number.birth_date"]),
        ("😀😀", "1" * 100_000, ["name.form", "id_number.length"]),
    ],
)
@pytest.mark.gen_test
async def test_a_card_of_wrong_form_is_told_field_by_field(gate, database, name, id_number, codes):
    with pytest.raises(Invalid) as refusal:
        await gate.sessions.login_l1(name, id_number, "", "10.0.0.1")
    assert [problem.code for problem in refusal.value.problems] == codes
    assert await database.collection("sessions").find_one({}) is None


@pytest.mark.gen_test
async def test_a_rare_name_is_a_name(gate, town):
    tokens = await gate.sessions.login_l1("𠮷桂兰", town.chen.id_number, "", "10.0.0.1")
    assert gate.sessions.actor_of(tokens.access_token).name == "𠮷桂兰"


@pytest.mark.gen_test
async def test_the_pin_slip_of_her_plate_gives_l2(gate, town):
    tokens = await gate.l2(town.chen)
    actor = gate.sessions.actor_of(tokens.access_token)
    assert (tokens.level, tokens.expires_in) == ("L2", 900)
    assert (actor.level, actor.person, actor.household) == ("L2", "chen", "h12")


@pytest.mark.gen_test
async def test_the_plate_may_be_typed_as_people_type(gate, town):
    typed = f" {town.chen.plate[:4].lower()} {town.chen.plate[4:8]}-{town.chen.plate[8:]}"
    assert (
        await gate.sessions.confirm_pin(await gate.l1(town.chen), typed, town.chen.pin, "a")
    ).level == "L2"


@pytest.mark.gen_test
async def test_a_wrong_pin_another_plate_and_an_unknown_card_are_refused_alike(gate, town):
    chen, sun = await gate.l1(town.chen), await gate.l1(town.sun)
    tries = [
        (chen, town.chen.plate, WRONG_PIN),
        (chen, town.li.plate, town.li.pin),
        (chen, "不是码", town.chen.pin),
        (chen, town.chen.plate, "9" * 5000),
        (sun, town.chen.plate, town.chen.pin),
        (sun, town.li.plate, WRONG_PIN),
    ]
    seen = {await outcome(gate.sessions.confirm_pin(actor, code, pin, "a")) for actor, code, pin in tries}
    assert seen == {("login.refused", LoginRefused.message)}


@pytest.mark.gen_test
async def test_a_right_pin_with_someone_elses_name_is_refused(gate, town):
    tokens = await gate.sessions.login_l1("孙外人", town.chen.id_number, "", "a")
    stranger = gate.sessions.actor_of(tokens.access_token)
    assert await outcome(gate.sessions.confirm_pin(stranger, town.chen.plate, town.chen.pin, "a"))


@pytest.mark.gen_test
async def test_a_refusal_takes_its_time_whoever_is_asked_about(gate, town):
    loop = asyncio.get_running_loop()
    for who in (town.chen, town.sun):
        actor, started = await gate.l1(who), loop.time()
        await outcome(gate.sessions.confirm_pin(actor, town.chen.plate, WRONG_PIN, "a"))
        assert loop.time() - started >= 0.05


@pytest.mark.gen_test
async def test_after_ten_wrong_pins_even_the_right_one_waits(gate, town, clock):
    chen = await gate.l1(town.chen)
    for _ in range(10):
        await outcome(gate.sessions.confirm_pin(chen, town.chen.plate, WRONG_PIN, "a"))
    with pytest.raises(TooMany) as refusal:
        await gate.sessions.confirm_pin(chen, town.chen.plate, town.chen.pin, "b")
    assert refusal.value.retry_after == 3600
    clock.advance(hours=1)
    assert (await gate.l2(town.chen)).level == "L2"


@pytest.mark.gen_test
async def test_an_unknown_card_is_limited_just_the_same(gate, town):
    sun = await gate.l1(town.sun)
    seen = [await outcome(gate.sessions.confirm_pin(sun, "", WRONG_PIN, "a")) for _ in range(11)]
    assert [told[0] for told in seen] == ["login.refused"] * 10 + ["too_many"]


@pytest.mark.gen_test
async def test_one_slip_cannot_be_guessed_with_many_cards(gate, town):
    # Two cards of the same plate's village, ten tries each, use up the plate's twenty.
    for who in (town.sun, town.li):
        actor = await gate.l1(who)
        for _ in range(10):
            await outcome(gate.sessions.confirm_pin(actor, town.chen.plate, WRONG_PIN, "a"))
    with pytest.raises(TooMany):
        await gate.l2(town.chen)


@pytest.mark.gen_test
async def test_success_forgives_the_tries_before_it(gate, town):
    chen = await gate.l1(town.chen)
    for _ in range(9):
        await outcome(gate.sessions.confirm_pin(chen, town.chen.plate, WRONG_PIN, "a"))
    await gate.l2(town.chen)
    assert (await gate.l2(town.chen)).level == "L2"


@pytest.mark.gen_test
async def test_nobody_in_particular_cannot_confirm(gate, town):
    with pytest.raises(LoginNeeded) as refusal:
        await gate.sessions.confirm_pin(ANONYMOUS, town.chen.plate, town.chen.pin, "a")
    assert refusal.value.required == "L1"
    with pytest.raises(LoginNeeded):
        await gate.sessions.send_code(ANONYMOUS, "a")


@pytest.mark.gen_test
async def test_nothing_in_the_database_names_the_resident(gate, town, database):
    await gate.l2(town.chen)
    rows = await database.collection("sessions").find({}).to_list(10)
    assert town.chen.name not in str(rows)
    assert town.chen.id_number not in str(rows)
