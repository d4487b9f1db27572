"""``make matrix`` prints every entry, and every person's answer in CSV."""

from __future__ import annotations

import csv

from tests.matrix.objects import ENTRIES
from tests.matrix.people import PEOPLE
from tests.matrix.table import LEGEND, csv_of, markdown, text


def row_of(printed: str, start: str) -> list[str]:
    return next(line.split() for line in printed.splitlines() if line.startswith(start))


def test_every_entry_is_a_row_in_every_format():
    rows = len(ENTRIES) + 1
    assert len(text(ENTRIES).removesuffix(LEGEND).strip().splitlines()) == rows
    assert len(markdown(ENTRIES).removeprefix(LEGEND).strip().splitlines()) == rows + 1
    assert [len(row) for row in csv.reader(csv_of(ENTRIES).splitlines())] == [2 + len(PEOPLE)] * rows


def test_a_cell_names_the_tiers_and_what_binds_them():
    printed = text(ENTRIES)
    assert row_of(printed, "GET /desk/cases/{case}")[-2:] == ["县/线", "镇/线"]
    assert row_of(printed, "GET /desk/outbox")[-1] == "县"
    assert row_of(printed, "GET /healthz")[-1] == "allowed"


def test_the_columns_stand_under_each_other():
    head, *lines = text(ENTRIES).splitlines()
    at = head.index("thing")
    assert {line[at - 1] for line in lines[: len(ENTRIES)]} == {" "}
