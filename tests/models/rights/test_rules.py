"""What the county sets about requests, as the file says it."""

from __future__ import annotations

import pytest

from models.base.errors import NotFound
from models.rights import number
from models.rights.request import KIND_NAMES
from models.rights.rules import DATA, load_rules


def test_every_kind_of_request_can_be_refused_on_some_ground_with_its_words():
    rules = load_rules()
    assert rules.days == 15
    for kind in KIND_NAMES:
        grounds = rules.for_kind(kind)
        assert grounds, kind
        assert all(ground.name and ground.text.endswith("。") for ground in grounds.values())


@pytest.mark.parametrize(
    ("was", "becomes"),
    [("days = 15", "days = 0"), ("days = 15", 'days = "soon"'), ("[grounds.archive]", "[grounds.archives]"),
     ('kinds = ["delete"]', 'kinds = ["wish"]'), ("name =", "title ="), ("[grounds", "[[grounds")],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_named_at_the_start(tmp_path, was, becomes):
    broken = tmp_path / "rights.toml"
    broken.write_text(DATA.read_text("utf-8").replace(was, becomes), "utf-8")
    with pytest.raises(ValueError, match="rights.toml"):
        load_rules(broken)


def test_a_number_is_read_however_it_is_written():
    fresh = number.new()
    assert (len(fresh), fresh[0]) == (12, "T")
    for typed in (
        fresh.lower(),
        f" {fresh[:4]} {fresh[4:8]}-{fresh[8:]} ",
        fresh.replace("0", "O").replace("1", "l"),
    ):
        assert number.read(typed) == fresh


def test_one_wrong_character_is_found():
    fresh = number.new(lambda bound: 12345678901)
    for place in range(1, 12):
        wrong = fresh[:place] + ("2" if fresh[place] != "2" else "3") + fresh[place + 1 :]
        with pytest.raises(NotFound):
            number.read(wrong)
