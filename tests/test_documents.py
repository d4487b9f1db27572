"""Documents that name what is not there, or leave out what is, are worse than none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.limits.limit import CALM, EDGE
from server.collections import COLLECTIONS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path):
    links = [link for link in LINK.findall(document.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("path", ["requirements.txt", "tests/requirements.txt"])
def test_every_package_has_its_reason(path: str):
    reasons = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    packages = re.findall(r"^[a-z][a-z0-9-]*", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    assert [package for package in packages if f"| `{package}` |" not in reasons] == []


@pytest.mark.parametrize("folder", ["docs", "docs/adr"])
def test_every_document_is_in_its_index(folder: str):
    index = (ROOT / folder / "README.md").read_text("utf-8")
    there = {path.name for path in (ROOT / folder).glob("*.md")} - {"README.md"}
    assert [name for name in sorted(there) if f"]({name})" not in index] == []


def test_every_collection_is_in_the_architecture():
    told = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    assert [each.name for each in COLLECTIONS if f"`{each.name}`" not in told] == []


def test_every_limit_is_in_its_document():
    told = (ROOT / "docs" / "limits.md").read_text("utf-8")
    assert [limit.kind for limit in (*EDGE, *CALM) if not re.search(rf"\b{limit.most:,}\b", told)] == []
