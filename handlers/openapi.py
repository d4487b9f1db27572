"""OpenAPI 3.1, generated from what the verbs declare and from the message types themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec

from handlers.access import JSON, Access, anyone
from handlers.base import VERBS, Base
from models.base.errors import Problem
from models.roles.rules import label_of

NAMES = {"([^/]{1,300})": "code", "([^/]{1,40})": "code", "([a-z0-9-]{1,60})": "slug", "([0-9]{1,3})": "page",
         "([0-9a-f]{1,40})": "case", "([a-z_]{1,20})": "action",
         "([a-z_]{2,20})": "section", "([a-z_]{2,30})": "module",
         "([0-9a-f]{40})": "finding", "([a-z0-9_]{1,60})": "part", "([a-z0-9_.]{1,90})": "field",
         "([a-z]{1,20})": "purpose", "([0-9a-f]{32})": "file",
         "([0-9]{18})": "household", "([0-9a-f]{24})": "account", "([0-9a-f]{30})": "paper", "([0-9a-f]{36})": "reminder",
         "([0-9a-f]{20})": "mandate", "([0-9a-z.:_-]{1,160})": "light", "([0-9a-f]{25})": "report",
         "([0-9a-f]{26})": "rating", "([0-9a-f]{38})": "batch", "([0-9a-f]{28})": "breach", "([0-9a-f]{34})": "problem",
         "(R[0-9A-Z]{11})": "filing", "([0-9a-f]{31})": "job", "([0-9a-f]{64})": "photo",
         "([0-7][0-9A-HJKMNP-TV-Z]{25})": "visit", "([0-8])": "place",
         "([^/]{1,20})": "number", "([0-9a-f]{22})": "request", "([0-9A-Z]{12})": "number",
         "([0-9a-z.:-]{20,60})": "look", "([0-9a-z-]{1,50})": "owner",
         "([a-z0-9_.]{1,70})": "element",
         "(person|household)": "noun", "([0-9a-z-]{2,50})": "other", "([0-9A-Za-z_-]{16,64})": "event",
         "([a-z.]{1,20})": "kind"}  # fmt: skip
MULTIPART = "multipart/form-data"
UPLOADED = {"type": "object", "properties": {"file": {"type": "string", "contentMediaType": "image/*"}}}
Routes = Iterable[tuple[str, Any]]


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

    @anyone(acting=True, summary="接口说明（OpenAPI 3.1）")
    async def get(self) -> None:
        self.set_header("Content-Type", JSON)
        self.set_header("Cache-Control", "no-cache")
        self.finish(self.application.description)  # type: ignore[attr-defined]


def describe(routes: Routes, title: str, address: str) -> dict[str, Any]:
    """The document. Routes whose handlers are not ours are left out."""
    ours = [(pattern, target) for pattern, target in routes if issubclass(target, Base)]
    accesses = [access for _, target in ours for _, access in declared(target)]
    types = {
        shape: None for access in accesses for shape in (access.reads, *access.shapes) if shape is not None
    }
    every = [ErrorReply, *types]
    schemas, components = msgspec.json.schema_components(every, ref_template="#/components/schemas/{name}")
    by_type = dict(zip(every, schemas, strict=True))
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{title}：扫办接口", "version": "1"},
        "servers": [{"url": address}],
        "paths": {path_of(pattern): _operations(pattern, target, by_type) for pattern, target in ours},
        "components": {"schemas": components, "securitySchemes": SECURITY},
    }


SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "access"},
}


def declared(target: type[Base]) -> list[tuple[str, Access]]:
    """The verbs of a handler, with what they say of themselves."""
    return [(verb, access) for verb in VERBS if (access := getattr(getattr(target, verb), "access", None))]


def path_of(pattern: str) -> str:
    """A route's pattern as OpenAPI writes it: ``/q/{code}``."""
    for regex, name in NAMES.items():
        pattern = pattern.replace(regex, "{" + name + "}")
    return pattern.replace("\\.", ".")


def _operations(pattern: str, target: type[Base], schemas: Mapping[Any, Any]) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", path_of(pattern))
    limits = re.findall(r"\(([^)]*)\)", pattern)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": f"^{limit}$"}}
        for name, limit in zip(names, limits, strict=True)
    ]
    operations = {verb: _operation(verb, target, access, schemas) for verb, access in declared(target)}
    return {"parameters": parameters, **operations}


def _operation(verb: str, target: type[Base], access: Access, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{target.__module__.rpartition('.')[2]}_{target.__name__}_{verb}".lower(),
        "summary": access.summary,
        "responses": _responses(access, schemas),
        "security": [{}, {"bearer": []}, {"cookie": []}][0 if access.who == "anyone" else 1 :],
    }
    if access.query:
        described["parameters"] = [
            {"name": name, "in": "query", "schema": {"type": "string"}} for name in access.query
        ]
    if access.reads is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": schemas[access.reads]}}}
    elif access.uploads:
        described["requestBody"] = {"required": True, "content": {MULTIPART: {"schema": UPLOADED}}}
    if access.who != "anyone":
        described["description"] = f"需要：{_who(access)}"
    return described


def _who(access: Access) -> str:
    if access.who == "staff":
        held = [*access.roles, *([label_of(access.may)] if access.may else [])]
        return "工作人员" + (f"（{'、'.join(held)}）" if held else "")
    return f"居民，{access.level}"


def _responses(access: Access, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    failed = {"description": "拒绝，附原因", "content": {JSON: {"schema": schemas[ErrorReply]}}}
    good = {str(status): _response(status, access, schemas) for status in access.status}
    return {**good, "4XX": failed, **({} if "503" in good else {"503": failed})}


def _response(status: int, access: Access, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if 300 <= status < 400 and status != 304:
        told["headers"] = {"Location": {"schema": {"type": "string"}, "description": "转到这里"}}
    elif status not in {204, 304}:
        shapes = [schemas[shape] for shape in access.shapes]
        schema = {"anyOf": shapes} if len(shapes) > 1 else shapes[0] if shapes else {}
        told["content"] = {media: {"schema": schema} for media in access.media}
    return told


ROUTES = [(r"/openapi\.json", OpenApi)]
