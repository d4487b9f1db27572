"""The file that says what became of each row: the rows as they came, with what was done beside them. Runs in a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO

from openpyxl import Workbook

from models.base.sheet import bold, safe
from models.imports.book import Sheet, open_book
from models.imports.draft import At, Fault
from models.imports.plan import Plan, SheetPlan
from models.imports.weighing import REFUSED, Outcome

HEADS = ("处理结果", "说明")
LONGEST_TOLD = 2000


def write_result(data: bytes, plan: Plan, outcomes: Sequence[Outcome], faults: Sequence[Fault]) -> bytes:
    """Every sheet of the file with two columns more. Raises BadFile."""
    told = told_of(outcomes, faults)
    book = Workbook(write_only=True)
    planned = {sheet.title: (number, sheet) for number, sheet in enumerate(plan.sheets)}
    for sheet in open_book(data):
        number, known = planned[sheet.title]
        if known.taken:
            _sheet(book, sheet, known, {at[1]: told[at] for at in told if at[0] == number})
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def told_of(outcomes: Iterable[Outcome], faults: Iterable[Fault]) -> dict[At, tuple[str, str]]:
    """What is said of each row: what was done, and everything that was wrong with it."""
    done = {outcome.at: outcome for outcome in outcomes}
    wrong: dict[At, list[str]] = {}
    refused: set[At] = set()
    for fault in faults:
        where = f"{fault.column}：" if fault.column else ""
        wrong.setdefault(fault.at, []).append(f"{where}{fault.message}")
        if fault.weight == "row":
            refused.add(fault.at)
    told = {}
    for at in {*done, *wrong}:
        what = done[at].what if at in done else REFUSED if at in refused else ""
        if at in refused:
            what = REFUSED
        why = ([done[at].why] if at in done and done[at].why else []) + wrong.get(at, [])
        told[at] = what, "；".join(each.rstrip("。") for each in why)[:LONGEST_TOLD]
    return told


def _sheet(book: Workbook, sheet: Sheet, plan: SheetPlan, told: Mapping[int, tuple[str, str]]) -> None:
    page = book.create_sheet(sheet.title)
    width = len(plan.columns)
    page.freeze_panes = f"A{plan.first + 1}"
    written = 0
    for at, row in sheet.rows():
        for _ in range(at - written):
            page.append([])
        cells = [safe(page, each) for each in row[:width]]
        cells += [None] * (width - len(cells))
        if at == plan.first - 1:
            cells += [bold(page, head) for head in HEADS]
        elif at + 1 in told:
            cells += [safe(page, each) for each in told[at + 1]]
        page.append(cells)
        written = at + 1
