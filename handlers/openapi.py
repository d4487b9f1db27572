"""OpenAPI 3.1, generated from what the verbs declare and from the message types themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from handlers.access import Access, anyone
from handlers.base import Base
from models.base.errors import Problem

VERBS = ("get", "post", "put", "patch", "delete")
NAMES = {"([^/]{1,300})": "code", "([^/]{1,40})": "code", "([a-z0-9-]{1,60})": "slug", "([0-9]{1,3})": "page",
         "([0-9a-f]{1,40})": "case", "([a-z_]{1,20})": "action", "([0-9a-f]{32})": "file",
         "([0-9]{18})": "household"}  # fmt: skip


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """Every refusal: a stable code, a sentence for the person, and the fields that it is about."""

    code: str
    message: str
    field: str = ""
    fields: list[Problem] = []


class ErrorReply(msgspec.Struct, frozen=True):
    error: ErrorBody


class OpenApi(Base):
    """The description of this interface."""

    @anyone(summary="接口说明（OpenAPI 3.1）")
    async def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.set_header("Cache-Control", "no-cache")
        routes = self.application.routes  # type: ignore[attr-defined]
        self.finish(msgspec.json.encode(describe(routes, self.home.office, self.home.public_url)))


def describe(routes: Iterable[tuple[str, Any]], title: str, address: str) -> dict[str, Any]:
    """The document. Routes whose handlers are not ours are left out."""
    ours = [
        (pattern, target)
        for pattern, target in routes
        if isinstance(target, type) and issubclass(target, Base)
    ]
    accesses = [access for _, target in ours for _, access in declared(target)]
    types = [
        ErrorReply,
        *{shape for access in accesses for shape in (access.reads, access.gives) if shape is not None},
    ]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(types, schemas, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}：扫办接口", "version": "1"},
        "servers": [{"url": address}],
        "paths": {_path(pattern): _operations(pattern, target, by_type) for pattern, target in ours},
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def declared(target: type[Base]) -> list[tuple[str, Access]]:
    """The verbs of a handler, with what they say of themselves."""
    return [(verb, access) for verb in VERBS if (access := getattr(getattr(target, verb), "access", None))]


def _path(pattern: str) -> str:
    for regex, name in NAMES.items():
        pattern = pattern.replace(regex, "{" + name + "}")
    return pattern.replace("\\.", ".")


def _operations(pattern: str, target: type[Base], schemas: dict[Any, Any]) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", _path(pattern))
    limits = re.findall(r"\(([^)]*)\)", pattern)
    found: dict[str, Any] = {
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "pattern": f"^{limit}$"},
            }
            for name, limit in zip(names, limits, strict=True)
        ]
    }
    for verb, access in declared(target):
        found[verb] = _operation(verb, target, access, schemas)
    return found


def _operation(verb: str, target: type[Base], access: Access, schemas: dict[Any, Any]) -> dict[str, Any]:
    failed = {"description": "拒绝，附原因", "content": {"application/json": {"schema": schemas[ErrorReply]}}}
    good: dict[str, Any] = {"description": "成功"}
    if access.gives is not None:
        good["content"] = {"application/json": {"schema": schemas[access.gives]}}
    described: dict[str, Any] = {
        "operationId": f"{target.__module__.rpartition('.')[2]}_{target.__name__}_{verb}".lower(),
        "summary": access.summary,
        "responses": {"2XX": good, "3XX": {"description": "转到别处"}, "4XX": failed, "503": failed},
    }
    if access.reads is not None:
        body = {"application/json": {"schema": schemas[access.reads]}}
        described["requestBody"] = {"required": True, "content": body}
    if access.who != "anyone":
        described["security"] = [{"bearer": []}]
        described["description"] = f"需要：{'工作人员' if access.who == 'staff' else access.level}"
    return described


ROUTES = [(r"/openapi\.json", OpenApi)]
