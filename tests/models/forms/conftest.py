"""陈桂兰's household and what the form engine is told about it."""

from __future__ import annotations

from datetime import date

import pytest

from models.forms.context import Context, FileInfo
from models.forms.engine import clean
from models.forms.form import Field, Form, Section

TODAY = date(2026, 3, 2)
CARD = "11010519491231002X"


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(
        today=TODAY,
        codes={"C01": {"1": "户主", "2": "配偶"}},
        areas={"530126101201": "云岭县大关镇丘林村"},
        members={"m1": "陈桂兰", "m2": "陈小军"},
        files={
            "f1": FileInfo("身份证.jpg", "image/jpeg", 1000),
            "f2": FileInfo("委托书.pdf", "application/pdf", 2000),
        },
    )


@pytest.fixture(scope="session")
def ask(context):
    """Checks one answer to one field: ``ask("phone", "138 0013 8000")`` is the canonical value, or the code
    of the only problem as ``"!code"``."""

    def one(kind: str, raw: object, **settings: object) -> object:
        form = Form((Section("s", "第一页", (Field("f", "问题", kind, **settings),)),))
        cleaned = clean(form, {"f": raw}, context)
        if cleaned.problems:
            assert "f" not in cleaned.answers or kind == "table"
            return "!" + " ".join(
                f"{p.code}@{p.field}" if p.field != "f" else p.code for p in cleaned.problems
            )
        return cleaned.answers.get("f")

    return one
