"""table: rows of columns, each row swept like a small form of its own."""

from __future__ import annotations

from collections.abc import Mapping

from models.base.errors import Problem
from models.forms.bad import Bad, BadRows
from models.forms.context import Context
from models.forms.form import Field
from models.forms.parse import blank
from models.forms.sweep import Checker, Sweep, legible

MOST_CELLS = 200


def table_checker(checkers: Mapping[str, Checker]) -> Checker:
    """A validator of tables whose columns are checked by ``checkers``, which knows no tables itself."""

    def check_table(field: Field, raw: object, context: Context) -> list[dict[str, object]]:
        if not isinstance(raw, list):
            raise Bad("table.form", f"请按行填写“{field.label}”。")
        if len(raw) > field.max_rows:
            raise Bad("table.too_many", f"“{field.label}”最多填{field.max_rows}行，请删去多余的行。")
        problems: list[Problem] = []
        rows = [
            row
            for index, cells in enumerate(raw)
            if not blank(cells) and (row := _row(field, index, cells, context, checkers, problems))
        ]
        if rows and len(rows) < field.min_rows:
            problems.append(
                Problem(field.key, "table.too_few", f"“{field.label}”至少填{field.min_rows}行，请补充。")
            )
        if problems:
            raise BadRows(problems, rows)
        return rows

    return check_table


def _row(
    field: Field,
    index: int,
    cells: object,
    context: Context,
    checkers: Mapping[str, Checker],
    problems: list[Problem],
) -> dict[str, object]:
    """The good cells of one row; what is wrong with the others is added to ``problems``."""
    place = f"{field.key}.{index}"
    if not isinstance(cells, dict) or len(cells) > MOST_CELLS:
        problems.append(
            Problem(place, "table.form", f"“{field.label}”第{index + 1}行的格式不对，请重新填写。")
        )
        return {}
    columns = {column.key: column for column in field.columns}
    sweep = Sweep(columns, cells, context, checkers, prefix=f"{place}.", partial=context.partial)
    for column in field.columns:
        sweep.take(column)
    problems.extend(sweep.problems)
    problems.extend(
        Problem(f"{place}.{legible(key)}", "field.unknown", "这一栏不在表格里，请删去。")
        for key in cells
        if key not in columns
    )
    return sweep.answers
