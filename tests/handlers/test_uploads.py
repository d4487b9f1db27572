"""Uploads that are bombs, at the door of a running server: refused, and the next photo is taken."""

from __future__ import annotations

import zlib

import pytest

from handlers.files import HARMLESS
from tests.handlers.test_bad_input import refused, upload_of
from tests.handlers.test_contract import GIF
from tests.models.files.test_forged import HTML, lively_pdf, raw_pdf


def content_bomb():
    """A PDF of two megabytes whose one page is a gigabyte of drawing."""
    squeeze = zlib.compressobj(9)
    lines = b"0 0 m 1 1 l S\n" * 65536
    return raw_pdf(b"".join(squeeze.compress(lines) for _ in range(1100)) + squeeze.flush(), b"/FlateDecode")


@pytest.mark.gen_test(timeout=60)
async def test_a_pdf_that_never_ends_costs_its_sender_an_answer_and_nobody_else_anything(town):
    workers = town.built.workers[1]
    workers._seconds = 2.0
    try:
        assert refused(await upload_of(town, "证明.pdf", content_bomb()), 503) == "unavailable"
        assert (await upload_of(town, "水管.gif", GIF)).status == 201
    finally:
        workers._seconds = 20.0


@pytest.mark.gen_test(timeout=20)
async def test_a_pdf_is_handed_out_as_a_file_in_a_sandbox_and_never_shown_in_our_name(town):
    kept = await upload_of(town, "证明.pdf", lively_pdf())
    assert kept.status == 201
    shown = await town.get(kept.body["href"], await town.l1(town.chen))
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("attachment;")
    assert shown.headers["Content-Security-Policy"] == HARMLESS
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert b"JavaScript" not in shown.body


@pytest.mark.gen_test(timeout=20)
@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.jpg.html", "a.pdf"])
async def test_markup_is_refused_under_any_name(town, name):
    assert refused(await upload_of(town, name, HTML), 422) == "file.kind"
