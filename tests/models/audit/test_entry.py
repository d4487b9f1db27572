from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.audit.entry import Ground, What, Where, Who, digest, hide, note, who_is
from models.base.actor import Actor

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ZHAO = Who("staff", "a0zhao", "赵科长", "approver", "529901", ("民政局",))


def said(**changes):
    given = {
        "who": ZHAO,
        "act": "view",
        "what": What("person", "p1"),
        "whose": ["p1"],
        "ground": Ground("duty"),
    }
    return note(AT, **{**given, "where": Where("GET /p"), **changes}).body


def test_the_canonical_form_is_fixed_for_good():
    assert said().decode() == (
        '[1772424000000,["staff","a0zhao","赵科长","approver","529901",["民政局"]],["p1"],"view",'
        '["person","p1",[]],["duty",""],["GET /p","",""]]'
    )
    assert (
        digest("2026-03-02.00000000-1", 1, AT, "0" * 64, said())
        == "cb0e3ed2d33ef89809b630f2dae16336be8e86aac152ab3ad3fae28aee9b7b4d"
    )


def test_values_that_run_together_are_told_apart():
    assert said(whose=["a", "b"]) != said(whose=["ab"])
    assert said(ground=Ground("stated", '"],["')) != said(ground=Ground("stated", ""))


@pytest.mark.parametrize(
    "text",
    [
        "529901194503070027", "52990119450307002X", "52990119450307002x", "529901 19450307 0027",
        "５２９９０１１９４５０３０７００２７",
        "13900001234", "139-0000-1234", "+86 139 0000 1234", "8613900001234", "0871-66668888", "6217 0000 1000 1234 567",
        "530101450307002",
    ],
)  # fmt: skip
def test_numbers_of_people_are_taken_out_of_what_was_typed(text):
    assert hide(f"查{text}的") == "查***的"


@pytest.mark.parametrize(
    "text",
    [
        "529901101202603020001",
        "c0ffee000000000000000012",
        "GET /desk/cases/{id}",
        "2026-03-02 12:00",
        "12345",
    ],
)
def test_case_numbers_ids_and_routes_stay(text):
    assert hide(text) == text


def test_the_id_number_of_an_actor_stays_behind():
    herself = Actor("resident", "L2", subject="b1", name="陈桂兰", id_number="529901194503070027")
    assert "529901194503070027" not in repr(who_is(herself))
