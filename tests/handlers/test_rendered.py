"""Rendered landings: kept while they are true, and never more of them than there is room for."""

from __future__ import annotations

from handlers.kept import KEPT_BYTES, Pages
from models.doors.door import Landing


def landing(code: str) -> Landing:
    return Landing("D", code, "active")


def noise(size: int) -> bytes:
    """Bytes that gzip makes little of, so that their size is known."""
    return bytes(n * n * 7919 % 251 for n in range(size))


def test_a_landing_is_drawn_once_for_each_face():
    pages, door = Pages(), landing("D1")
    kept = pages.keep(door, "json", b"{}", {})
    assert pages.get(door, "json") is kept
    assert pages.get(door, "page") is None


def test_a_landing_that_has_changed_is_drawn_anew():
    pages, door = Pages(), landing("D1")
    pages.keep(door, "json", b"{}", {})
    assert pages.get(landing("D1"), "json") is None


def test_the_same_bytes_have_the_same_tag_and_others_another():
    pages = Pages()
    tags = [pages.keep(landing(code), "json", body, {}).headers["Etag"] for code, body in
            (("D1", b"one"), ("D2", b"one"), ("D3", b"two"))]  # fmt: skip
    assert tags[0] == tags[1] != tags[2]


def test_the_oldest_make_room():
    pages, body = Pages(), noise(1024 * 1024)
    doors = [landing(f"D{n}") for n in range(2 * KEPT_BYTES // len(body))]
    for door in doors:
        pages.keep(door, "page", body, {})
    kept = [pages.get(door, "page") is not None for door in doors]
    assert kept[-1]
    assert not kept[0]
    assert sum(kept) * len(body) <= KEPT_BYTES
