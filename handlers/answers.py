"""Answers as a page posts them: some questions of a form, and the files that came with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers import edge
from handlers.base import Base
from models.forms.encode import from_pairs
from models.forms.form import Field


async def posted(handler: Base, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What was posted for ``fields``, an entry for each; new files are kept as the actor's."""
    given = from_pairs(
        dict(fields), {name: handler.get_body_arguments(name) for name in handler.request.body_arguments}
    )
    for name, files in handler.request.files.items():
        key = name.removesuffix(".file")
        if key in fields and fields[key].type == "file":
            held = given.get(key)
            kept = list(held) if isinstance(held, list) else []
            for file in files:
                if file.body:
                    await handler.home.edge.admit("upload", edge.asked_by(handler))
                    kept.append((await handler.home.uploads.take(handler.actor, file.body, file.filename)).id)
            given[key] = kept
    return {key: given.get(key) for key in fields}
