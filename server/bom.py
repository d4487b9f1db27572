"""``python -m server bom``: everything that is installed beside this server, as a bill of materials (CycloneDX 1.6).

Made of what the packages say of themselves where the server runs, so that it lists what is there and not what should be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import Distribution, distributions

import msgspec

from server.version import version

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Component(msgspec.Struct, frozen=True, omit_defaults=True, rename={"ref": "bom-ref"}):
    name: str
    version: str
    purl: str = ""
    ref: str = ""
    licenses: tuple[dict[str, dict[str, str]], ...] = ()
    type: str = msgspec.field(default="library")


class Dependency(msgspec.Struct, frozen=True, rename={"on": "dependsOn"}):
    ref: str
    on: tuple[str, ...]


def bill(packages: Iterable[Distribution] | None = None, now: datetime | None = None) -> bytes:
    """The document, in JSON."""
    there = {_plain(each.name): each for each in (distributions() if packages is None else packages)}
    components = [_component(name, each) for name, each in sorted(there.items())]
    refs = {name: _purl(name, each) for name, each in there.items()}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "application", "name": "saoban", "version": version()},
        },
        "components": [msgspec.to_builtins(each) | {"type": each.type} for each in components],
        "dependencies": [Dependency(refs[name], _needs(each, refs)) for name, each in sorted(there.items())],
    }
    return msgspec.json.format(msgspec.json.encode(document))


def _component(name: str, package: Distribution) -> Component:
    told = package.metadata
    licence = (
        told["License-Expression"]
        if "License-Expression" in told
        else _classified(told.get_all("Classifier") or [])
    )
    purl = _purl(name, package)
    licenses = ({"license": {"name": licence}},) if licence else ()
    return Component(name, package.version, purl, purl, licenses)


def _classified(classifiers: Iterable[str]) -> str:
    """The licence as older packages say it."""
    return ", ".join(each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::"))


def _needs(package: Distribution, refs: dict[str, str]) -> tuple[str, ...]:
    """What a package asks for and finds; extras that nobody asked for are not there, or there for others."""
    asked = (each for each in package.requires or () if "extra ==" not in each)
    names = (NAME.match(each) for each in asked)
    return tuple(sorted({refs[_plain(found[0])] for found in names if found and _plain(found[0]) in refs}))


def _purl(name: str, package: Distribution) -> str:
    return f"pkg:pypi/{name}@{package.version}"


def _plain(name: str) -> str:
    """As the index calls a package (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
