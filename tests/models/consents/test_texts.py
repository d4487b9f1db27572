"""The texts of consents: what was agreed to stays readable, word for word."""

from __future__ import annotations

import hashlib

import msgspec
import pytest

from models.consents.consent import CAPACITIES, Consent, load_purposes, withdrawn_fields
from tests.models.hall import NOON

PUBLISHED = {
    "bank@1": "a9a53adb329cf54f", "health@1": "d529db56bbfb49b9", "family@1": "b7aa4e63610e5a8f",
    "relief@1": "fc66e2889202eef9", "child@1": "d4be1fc0e3fde135", "other@1": "f58e762b37633330",
    "keep@1": "2522bc70cafd81b7",
}  # fmt: skip
"""The digests of all texts that anybody may have agreed to. A line is added for a new version; none is ever changed."""


def given(**changed) -> Consent:
    first = Consent(
        "bank", 1, NOON, "陈桂兰", "own", "L2", ("account",), ("银行账号",), ("县民政局",), "办结后保存10年"
    )
    return msgspec.structs.replace(first, **changed)


def test_a_published_text_is_never_changed():
    now = {
        f"{key}@{version.number}": hashlib.sha256(msgspec.json.encode(version)).hexdigest()[:16]
        for key, purpose in load_purposes().items()
        for version in purpose.versions
    }
    assert now == PUBLISHED


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_every_sentence_names_the_matter_and_the_data(capacity):
    for purpose in load_purposes().values():
        said = purpose.current.sentence(capacity, "高龄津贴", ("银行账号", "残疾等级"))
        assert [word in said for word in ("高龄津贴", "银行账号、残疾等级", "{")] == [True, True, False]


def test_a_new_version_leaves_the_old_one_readable(tmp_path):
    text = '[bank]\ntitle = "银行账户"\n'
    for number in (1, 2):
        text += f'[[bank.versions]]\nnumber = {number}\nsince = "2026-12-0{number}"\nwhy = "第{number}版"\n'
        text += "".join(f'{each} = "同意{{items}}用{{elements}}"\n' for each in CAPACITIES)
    (tmp_path / "texts.toml").write_text(text, "utf-8")
    bank = load_purposes(tmp_path / "texts.toml")["bank"]
    assert (bank.current.number, bank.version(1).why) == (2, "第1版")


@pytest.mark.parametrize("bad", ["[bank]", '[bank]\ntitle = "x"\nversions = []\nmore = 1', "= nonsense"])
def test_a_text_that_does_not_fit_stops_the_start(tmp_path, bad):
    (tmp_path / "texts.toml").write_text(bad, "utf-8")
    with pytest.raises(ValueError, match="texts.toml"):
        load_purposes(tmp_path / "texts.toml")


def test_answers_rest_on_consents_until_these_are_taken_back():
    there, gone = given(), given(id="health", fields=("health",), withdrawn_at=NOON)
    assert withdrawn_fields((there, gone)) == {"health"}
