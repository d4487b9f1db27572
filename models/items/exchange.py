"""Items out and in: all of them, or those of a theme or department, as xlsx or JSON; from a file into drafts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Literal

import msgspec

from models.base.actor import Actor
from models.base.errors import Invalid, Problem
from models.items import xlsx
from models.items.bench import EDIT, SEE, Bench
from models.items.draft import By
from models.items.editing import Editing
from models.items.figures import Compared, compared, table_of
from models.items.item import Item
from models.items.lint.rule import Known
from models.items.lint.run import lint, refused
from models.items.sheets import MOST_ITEMS, is_id, tables_of
from models.items.sheets_read import Read, Trouble, items_of, located
from models.roles.rules import may, need

Kind = Literal["xlsx", "json"]
FORMAT = "saoban-items/1"
SHOWN_TROUBLES = 500


class ItemFile(msgspec.Struct, frozen=True):
    """A JSON file of items."""

    format: str
    items: tuple[Item, ...]


class Raw(msgspec.Struct, frozen=True):
    """The same, before its items are looked at one by one."""

    format: str
    items: list[Any]


class Report(msgspec.Struct, frozen=True):
    """What a file would bring, or has brought. ``troubles`` keep it from being taken; ``notes`` are what the lint will
    ask to be mended before each draft is submitted. ``added``, ``changed``, ``same`` and ``busy`` (somebody has an open
    draft) are ids; ``taken`` says whether drafts were made."""

    items: int = 0
    troubles: tuple[Trouble, ...] = ()
    notes: tuple[Trouble, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    taken: bool = False


class Exchange:
    """Files of items. Reading and writing them is done in a worker."""

    def __init__(self, bench: Bench, editing: Editing, workers: Executor, county: str) -> None:
        self._bench = bench
        self._editing = editing
        self._workers = workers
        self._county = county

    async def export(self, actor: Actor, kind: Kind, theme: str = "", department: str = "") -> bytes:
        """The items that stand, of the actor's lines."""
        items = self._hers(actor, theme, department)
        if kind == "json":
            return msgspec.json.format(msgspec.json.encode(ItemFile(FORMAT, tuple(items))), indent=1)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, write_items, items)

    async def figures(self, actor: Actor, theme: str = "", department: str = "") -> tuple[Compared, ...]:
        """Before and after of the items that stand, of the actor's lines."""
        items = self._hers(actor, theme, department)
        return compared(items, await self._bench.originals(items))

    async def figures_file(self, actor: Actor, theme: str = "", department: str = "") -> bytes:
        """The same as an xlsx file."""
        rows = await self.figures(actor, theme, department)
        return await asyncio.get_running_loop().run_in_executor(self._workers, write_figures, rows)

    def _hers(self, actor: Actor, theme: str, department: str) -> list[Item]:
        need(actor, SEE)
        return [
            item
            for item in self._bench.items()
            if may(actor, SEE, (self._county,), item.department)
            and theme in ("", item.theme)
            and department in ("", item.department)
        ]

    async def take(self, actor: Actor, data: bytes, *, really: bool) -> Report:
        """Look through a file; with ``really``, and nothing wrong, make drafts of what is new or different in it.
        Raises Invalid where it is no such file at all."""
        need(actor, EDIT)
        read = await self._read(data)
        troubles = (*read.troubles, *self._not_hers(actor, read), *self._of_bundles(read))
        notes = await self._notes(read)
        report = await self._sorted(read, troubles, notes)
        if not really or troubles or not read.items:
            return report
        wanted = {*report.added, *report.changed}
        chosen = [item for item in read.items if item.id in wanted]
        made = await self._editing.take(By(actor.subject, actor.name), chosen)
        late = tuple(sorted(wanted - made))
        return msgspec.structs.replace(
            report,
            added=tuple(slug for slug in report.added if slug in made),
            changed=tuple(slug for slug in report.changed if slug in made),
            busy=(*report.busy, *late),
            taken=True,
        )

    async def _read(self, data: bytes) -> Read:
        try:
            return await self._work(read_items, data)
        except xlsx.BadFile as bad:
            raise Invalid([Problem("file", "file", str(bad))]) from None

    async def _work(self, function: Callable[..., Any], *given: Any) -> Any:
        """In a worker. Raises Invalid where what a file says takes too long or too much there."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, function, *given)
        except (BrokenProcessPool, RecursionError):
            raise Invalid([Problem("file", "file", "这个文件太大或有问题，请分几次导入。")]) from None

    def _not_hers(self, actor: Actor, read: Read) -> list[Trouble]:
        """Items of other lines of duty."""
        found = []
        for item in read.items:
            there = self._bench.offer(item.id)
            lines = {item.department} | ({there.item.department} if there and there.item else set())
            if not all(may(actor, EDIT, (self._county,), line) for line in lines):
                sheet, row, _ = located(read, item.id, "department")
                found.append(
                    Trouble(sheet, row, "主管部门", f"您的账号不能编辑{'、'.join(sorted(lines))}的事项。")
                )
        return found

    def _of_bundles(self, read: Read) -> list[Trouble]:
        """Items that are called as a bundle is."""
        taken = self._bench.bundles()
        return [
            Trouble(*located(read, item.id, "id"), f"编号{item.id}已经是一件事的编号，请换一个。")
            for item in read.items
            if item.id in taken
        ]

    async def _notes(self, read: Read) -> tuple[Trouble, ...]:
        return await self._work(notes_on, read, await self._bench.known())

    async def _sorted(self, read: Read, troubles: Sequence[Trouble], notes: Sequence[Trouble]) -> Report:
        """What is new, different, the same, and worked on by somebody."""
        busy = await self._bench.worked_on()
        piles: dict[str, list[str]] = {"added": [], "changed": [], "same": [], "busy": []}
        for item in read.items:
            there = self._bench.offer(item.id)
            if item.id in busy:
                piles["busy"].append(item.id)
            elif there is None:
                piles["added"].append(item.id)
            else:
                piles["same" if there.item == item else "changed"].append(item.id)
        added, changed, same, open_now = (tuple(piles[name]) for name in ("added", "changed", "same", "busy"))
        shown = tuple(troubles[:SHOWN_TROUBLES]), tuple(notes[:SHOWN_TROUBLES])
        return Report(len(read.items), *shown, added, changed, same, open_now)


def write_items(items: Sequence[Item]) -> bytes:
    """In a worker: items as an xlsx file."""
    return xlsx.write(tables_of(items))


def read_items(data: bytes) -> Read:
    """In a worker: the items of an xlsx or JSON file. Raises BadFile."""
    if data[:1].lstrip() in (b"{", b"[") or data[:3] == b"\xef\xbb\xbf":
        return _from_json(data.removeprefix(b"\xef\xbb\xbf"))
    return items_of(xlsx.read(data))


def notes_on(read: Read, known: Known) -> tuple[Trouble, ...]:
    """In a worker: what the lint refuses, by its place in the file."""
    return tuple(
        Trouble(*located(read, item.id, finding.place), finding.message)
        for item in read.items
        for finding in refused(lint(item, known))
    )


def _from_json(data: bytes) -> Read:
    try:
        raw = msgspec.json.decode(data, type=Raw)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise xlsx.BadFile("这不是事项的 JSON 文件，请用导出的文件修改后再导入。") from error
    if raw.format != FORMAT:
        raise xlsx.BadFile(f"这个文件的格式是{raw.format[:40]}，这里只认 {FORMAT}。")
    if len(raw.items) > MOST_ITEMS:
        raise xlsx.BadFile(f"一次不能超过{MOST_ITEMS}个事项。")
    items: dict[str, Item] = {}
    places: dict[str, tuple[str, int]] = {}
    troubles = []
    for number, tree in enumerate(raw.items, 1):
        try:
            item = msgspec.convert(tree, Item)
        except (msgspec.ValidationError, RecursionError) as error:
            told = str(error).rpartition(" - at ")[2].strip("`$.") or "整体"
            troubles.append(Trouble("JSON", number, told[:60], "这一项缺了，或者格式不对。"))
            continue
        if not is_id(item.id):
            troubles.append(Trouble("JSON", number, "id", "编号用小写字母、数字和连字符，以字母开头。"))
        elif item.id in items:
            troubles.append(Trouble("JSON", number, "id", f"编号{item.id}重复。"))
        items[item.id] = item
        places[item.id] = ("JSON", number)
    return Read(tuple(items.values()), tuple(troubles), places)


def write_figures(rows: Sequence[Compared]) -> bytes:
    """In a worker: before and after as an xlsx file."""
    return xlsx.write({"改革前后": table_of(rows)})
