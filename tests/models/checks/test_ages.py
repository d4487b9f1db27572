"""What an age brings, and papers that run out: reminders, on the day and not before."""

from __future__ import annotations

from datetime import date

import pytest

from models.checks import ages, dates
from tests.models.checks.homes import TODAY, chen, codes, home, number, who


def at(born, today=TODAY, sex="1", **told):
    found = list(ages.of_person(who("x", "22", "某", number(born, sex), **told), today))
    assert all(each.severity == "remind" for each in found)
    return codes(found)


@pytest.mark.parametrize(
    ("born", "told", "found"),
    [
        ("20130101", {}, ["age.guardian"]),
        ("20130101", {"guardian_name": "周建国"}, []),
        ("20121125", {}, []),
        ("20121126", {}, ["age.guardian"]),
        ("20120101", {"dropout": True}, ["age.dropout"]),
        ("20100101", {"dropout": True, "in_school": True}, []),
        ("20101125", {}, ["age.pension"]),
        ("20101126", {}, []),
        ("20101125", {"in_school": True}, []),
        ("19900101", {"pension_kind": "0"}, ["age.pension"]),
        ("19900101", {}, []),
        ("20081231", {"in_school": True}, ["age.military"]),
        ("20081231", {"in_school": True, "military_status": "1"}, []),
        ("20071231", {"in_school": True}, []),
        ("19661125", {}, ["age.retired"]),
        ("19661125", {"pension_kind": "5"}, []),
        ("19661126", {"pension_kind": "1"}, []),
        ("19611125", {"pension_kind": "5"}, ["age.exam"]),
        ("19461125", {"pension_kind": "5"}, ["age.allowance"]),
        ("19461125", {"pension_kind": "5", "elder_allowance": True}, []),
    ],
)
def test_each_age_brings_its_own(born, told, found):
    assert at(born, **told) == found


def test_women_register_for_no_service():
    assert at("20080101", sex="2", in_school=True) == []


@pytest.mark.parametrize(
    ("born", "words"), [("19561125", "70"), ("19461125", "80"), ("19361125", "90"), ("19261125", "100")]
)
def test_an_allowance_names_the_age_that_was_reached(born, words):
    found = list(ages.of_person(who("x", "22", "某", number(born, "2"), pension_kind="5"), TODAY))
    assert f"已满{words}周岁" in found[-1].message


def test_the_dead_and_those_without_a_birthday_are_reminded_of_nothing():
    assert at("19300101", died_on="2026-01-01") == []
    assert list(ages.of_person(who("x", "22", "某"), TODAY)) == []


def test_a_birthday_on_the_twenty_ninth_of_february_is_counted_on_the_first_of_march():
    assert at("20120229", date(2026, 2, 28)) == ["age.guardian"]
    assert at("20120229", date(2026, 3, 1)) == []


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"id_valid_until": "2026-11-01"}, ["paper.expiring"]),
        ({"id_valid_until": "2027-03-01"}, []),
        ({"id_valid_until": "9999-12-31"}, []),
        ({"permit_until": "2026-12-20"}, ["paper.expiring"]),
        ({"benefit_auth_on": "2025-11-01"}, ["benefit.auth"]),
        ({"benefit_auth_on": "2026-01-01"}, []),
        ({"id_valid_until": "2026-11-01", "died_on": "2026-11-02"}, []),
    ],
)
def test_papers_that_run_out(told, found):
    assert codes(dates.of_person(chen(**told), TODAY), "remind") == found


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"enlisted_on": "1965-01-01", "discharged_on": "1964-01-01"}, ["date.order"]),
        ({"enlisted_on": "1942-01-01"}, ["date.before_birth"]),
        ({"party_joined_on": "1965-07-01", "party_confirmed_on": "1966-06-30"}, ["party.confirmed"]),
        ({"party_joined_on": "1965-07-01", "party_confirmed_on": "1966-07-01"}, []),
        ({"party_joined_on": "1960-07-01"}, ["party.age"]),
        ({"party_joined_on": "1964-02-29", "party_confirmed_on": "1965-02-28"}, ["party.confirmed"]),
        ({"league_joined_on": "1956-01-01"}, ["league.age"]),
        ({"league_joined_on": "1958-01-01"}, []),
    ],
)
def test_days_come_in_their_order(told, found):
    assert codes(dates.of_person(chen(**told), TODAY)) == found


def test_a_licence_that_runs_out_and_a_risk_that_ended_before_it_was_found():
    assert codes(dates.of_house(home(biz_license_until="2026-12-01"), TODAY)) == ["paper.expiring"]
    told = {"identified_on": "2024-05-01", "risk_cleared_on": "2024-04-01"}
    assert codes(dates.of_house(home(**told), TODAY), "refuse") == ["date.order"]
