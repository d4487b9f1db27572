"""The privacy notice as data: versions that stay, plain words, links that lead somewhere."""

from __future__ import annotations

import hashlib
import re

import msgspec
import pytest

from handlers.openapi import path_of
from models.privacy.notice import load_notices
from server.app import ROUTES

PUBLISHED = {1: "cb0ef31564d1f629"}
"""The digests of all versions that anybody may have read. A line is added for a new one; none is ever changed."""

NOTICES = load_notices()


def test_a_published_notice_is_never_changed():
    now = {each.number: hashlib.sha256(msgspec.json.encode(each)).hexdigest()[:16] for each in NOTICES}
    assert now == PUBLISHED


def test_it_says_everything_that_the_law_asks_for():
    keys = [section.key for section in NOTICES[-1].sections]
    assert keys == ["who", "what", "ground", "shared", "rights", "children", "plates", "safe", "contact"]
    hrefs = {link.href for section in NOTICES[-1].sections for link in section.links}
    assert hrefs >= {"/my/record", "/my/looks", "/my/consents", "/my/rights", "/complaint"}


def test_every_link_is_a_page_of_ours():
    ours = {path_of(pattern) for pattern, _ in ROUTES}
    assert {link.href for section in NOTICES[-1].sections for link in section.links} <= ours


def test_it_names_the_office_and_the_only_right_address():
    told = NOTICES[-1].said_by("云岭县政务服务", "https://saoban.example")
    text = "".join(line for section in told.sections for line in section.lines)
    assert "云岭县政务服务" in text
    assert "https://saoban.example" in text
    assert not re.search(r"[{}]", text)


@pytest.mark.parametrize("files", [{}, {"2": ""}, {"1": "= nonsense"}])
def test_versions_that_do_not_fit_stop_the_start(tmp_path, files):
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(
            text or 'number = 2\nsince = "2027-01-01"\nsummary = ""\nsections = []'
        )
    with pytest.raises(ValueError, match=r"toml|count up"):
        load_notices(tmp_path)
