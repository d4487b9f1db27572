"""Reads items and bundles from ``data/``: one TOML file each, named after its id.

What many items share (the applicant, the account, the promise, the usual papers) is written once in
``blocks.toml`` and drawn in with ``use``:

- a section: ``use`` names one block of ``[sections]`` or a list of them, whose fields follow each other.
  ``only`` keeps those keys (in that order), ``fields`` adds more behind them, ``as`` turns the block into
  questions about somebody else (keys get the prefix ``<as>_``, fields the subject ``<as>``, labels the
  prefix ``called``). Everything else that the section says overrides the block.
- a field or a material: ``use`` names one of ``[fields]`` or ``[materials]``; what stands beside it
  overrides.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from models.items.item import Bundle, Item

DATA = Path(__file__).parent / "data"
Entry = TypeVar("Entry", Item, Bundle)
Tree = dict[str, Any]


def load_items(folder: Path = DATA) -> dict[str, Item]:
    """Every item of ``folder/items`` by id; ValueError, naming the file, on any error in one of them."""
    return _load(folder, "items", Item)


def load_bundles(folder: Path = DATA) -> dict[str, Bundle]:
    """Every bundle of ``folder/bundles`` by id; ValueError, naming the file, on any error in one of them."""
    return _load(folder, "bundles", Bundle)


def _load(folder: Path, kind: str, shape: type[Entry]) -> dict[str, Entry]:
    blocks = _read(folder / "blocks.toml")
    return {path.stem: _entry(path, blocks, shape) for path in sorted((folder / kind).glob("*.toml"))}


def _read(path: Path) -> Tree:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error


def _entry(path: Path, blocks: Tree, shape: type[Entry]) -> Entry:
    tree = _read(path)
    try:
        entry = msgspec.convert(_resolved(tree, blocks), shape)
    except (msgspec.ValidationError, LookupError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    if entry.id != path.stem:
        raise ValueError(f"{path.name}: the id is {entry.id}, which is not the file's name")
    return entry


def _resolved(tree: Tree, blocks: Tree) -> Tree:
    """``tree`` of an item or bundle with every ``use`` replaced by what it names."""
    tree = dict(tree)
    if "materials" in tree:
        tree["materials"] = [_drawn(material, blocks, "materials") for material in tree["materials"]]
    if "form" in tree:
        sections = [_section(section, blocks) for section in tree["form"]["sections"]]
        tree["form"] = {**tree["form"], "sections": sections}
    if "scenario" in tree:
        tree["scenario"] = _section(tree["scenario"], blocks)
    return tree


def _section(section: Tree, blocks: Tree) -> Tree:
    own = {name: value for name, value in section.items() if name not in ("use", "only", "as", "called")}
    own["fields"] = [_drawn(field, blocks, "fields") for field in section.get("fields", [])]
    if "use" not in section:
        return own
    names = [section["use"]] if isinstance(section["use"], str) else section["use"]
    shared = [_block(blocks, "sections", name) for name in names]
    fields = [_drawn(field, blocks, "fields") for block in shared for field in block["fields"]]
    if "only" in section:
        known = {field["key"]: field for field in fields}
        fields = [known[key] for key in section["only"]]
    if "as" in section:
        fields = [_about(field, section["as"], section.get("called", "")) for field in fields]
    return {**shared[0], **own, "fields": fields + own["fields"]}


def _drawn(part: Tree, blocks: Tree, kind: str) -> Tree:
    if "use" not in part:
        return part
    own = {name: value for name, value in part.items() if name != "use"}
    return {**_block(blocks, kind, part["use"]), **own}


def _block(blocks: Tree, kind: str, name: str) -> Tree:
    try:
        return blocks[kind][name]
    except KeyError:
        raise LookupError(f"no block {kind}.{name}") from None


def _about(field: Tree, subject: str, called: str) -> Tree:
    """``field`` asked about somebody else; its conditions follow the renamed keys."""
    renamed = {
        **field,
        "key": f"{subject}_{field['key']}",
        "subject": subject,
        "label": called + field["label"],
    }
    for condition in ("show_if", "require_if"):
        if condition in field:
            renamed[condition] = _prefixed(field[condition], f"{subject}_")
    return renamed


def _prefixed(when: Tree, prefix: str) -> Tree:
    moved = dict(when)
    for name in ("field", "other"):
        if name in when:
            moved[name] = prefix + when[name]
    for name in ("all", "any"):
        if name in when:
            moved[name] = [_prefixed(part, prefix) for part in when[name]]
    if "not" in when:
        moved["not"] = _prefixed(when["not"], prefix)
    return moved
