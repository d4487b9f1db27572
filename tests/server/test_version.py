"""The version is said once, in the changelog, and repeated everywhere else by reading it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from server.version import CHANGELOG, version
from tests.town import Town


def test_the_newest_heading_is_the_version(tmp_path: Path):
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## [1.2.0] - unreleased\n\n## [1.1.9] - 2026-01-02\n", "utf-8")
    assert version(changelog) == "1.2.0"


def test_a_changelog_without_a_version_is_told(tmp_path: Path):
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## Unreleased\n", "utf-8")
    with pytest.raises(ValueError, match="no heading"):
        version(changelog)


def test_the_project_file_says_the_same():
    project = tomllib.loads((CHANGELOG.parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == version()


def test_the_command_says_it():
    asked = [sys.executable, "-m", "server", "--version"]
    said = subprocess.run(asked, capture_output=True, text=True, cwd=CHANGELOG.parent, check=True)
    assert said.stdout.strip() == f"saoban {version()}"


@pytest.mark.gen_test
async def test_the_health_page_says_it(town: Town):
    reply = await town.get("/healthz")
    assert reply.body == {"ok": True, "version": version()}
