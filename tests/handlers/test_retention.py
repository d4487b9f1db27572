"""Retention at the desk and at the command line."""

from __future__ import annotations

import argparse
import io

import pytest

from models.retention.table import RULES
from server.collections import COLLECTIONS
from server.sweep import sweep


@pytest.mark.gen_test
@pytest.mark.parametrize("username", ["admin", "supervisor"])
async def test_who_administers_or_supervises_sees_the_table_and_the_report(town, username):
    reply = await town.get("/desk/retention", await town.staff(username))
    assert {rule["collection"] for rule in reply.body["rules"]} == {each.name for each in COLLECTIONS}
    page = await town.get("/desk/retention", await town.staff(username), Accept="text/html")
    text = page.body.decode()
    assert all(rule.what in text for rule in RULES)
    assert "还没有到期需要清理的内容" in text


@pytest.mark.gen_test
async def test_a_clerk_does_not(town):
    assert (await town.get("/desk/retention", await town.staff("clerk.daguan"))).status == 403


async def said(town, **options) -> str:
    out = io.StringIO()
    asked = argparse.Namespace(**{"report": False, "dry_run": False, **options})
    await sweep(town.home.retention, asked, out)
    return out.getvalue()


@pytest.mark.gen_test
async def test_the_command_line_says_what_would_be_swept_what_is_and_what_was(town):
    old = {"until": "2019-01-01"}
    row = {
        "_id": "m-old",
        "principal": {},
        "agent": {},
        "ground": "consent",
        "scope": "until",
        "state": "used",
    }
    mandates = town.built.database.collection("mandates")
    await mandates.insert_one({**row, **old, "given_at": town.home.clock(), "rev": 1})
    assert "mandates（委托代办的记录）1 条" in await said(town, dry_run=True)
    assert "已清理：" in await said(town)
    assert await mandates.find_one({"_id": "m-old"}) is None
    report = await said(town, report=True)
    assert "mandates（委托代办的记录）1 条" in report
    assert "规则：期满后三年" in report
    assert "现在没有到期的内容。" in await said(town, dry_run=True)
