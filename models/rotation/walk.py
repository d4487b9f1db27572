"""Finding sealed values in a document. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from models.base.cipher import SEALED, SealedPath


class Found(msgspec.Struct, frozen=True):
    """One sealed value: its exact dotted ``path`` in this document, and the context it was sealed in."""

    path: str
    sealed: str
    context: str

    @property
    def key_id(self) -> str:
        return self.sealed.partition(".")[0]


def sealed_at(document: Mapping[str, Any], places: Iterable[SealedPath]) -> Iterator[Found]:
    """The sealed values at the declared ``places`` (all of the document's own collection). What is empty or
    plain there is passed over: which it is may depend on the value."""
    for place in places:
        for path, names, inner, value in _walk(document, place.path.split("."), (), (), document):
            if isinstance(value, str) and SEALED.fullmatch(value):
                key = str(inner.get("key", ""))
                context = place.context.format(id=document["_id"], name=".".join(names), key=key)
                yield Found(".".join(path), value, context)


def sealed_anywhere(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Path and text of everything in ``value`` that looks sealed, declared or not."""
    if isinstance(value, str) and SEALED.fullmatch(value):
        yield path, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from sealed_anywhere(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for at, part in enumerate(value):
            yield from sealed_anywhere(part, f"{path}.{at}")


_Step = tuple[tuple[str, ...], tuple[str, ...], Mapping[str, Any], Any]


def _walk(
    value: Any, rest: list[str], path: tuple[str, ...], names: tuple[str, ...], inner: Mapping[str, Any]
) -> Iterator[_Step]:
    if not rest:
        yield path, names, inner, value
        return
    part, rest = rest[0], rest[1:]
    if part == "[]" and isinstance(value, list):
        for at, item in enumerate(value):
            yield from _walk(item, rest, (*path, str(at)), names, inner)
    elif part == "*" and isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(item, rest, (*path, key), (*names, key), _nearer(value, inner))
    elif isinstance(value, Mapping) and part in value:
        yield from _walk(value[part], rest, (*path, part), names, _nearer(value, inner))


def _nearer(value: Mapping[str, Any], inner: Mapping[str, Any]) -> Mapping[str, Any]:
    return value if "key" in value else inner
