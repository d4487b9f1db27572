"""How a validator says no. Internal to the form engine; outside it there are only Problems."""

from __future__ import annotations

from models.base.errors import Problem


class Bad(Exception):
    """One answer is refused: a stable ``code`` and a sentence that says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class BadRows(Bad):
    """Some cells of a table are refused; ``rows`` holds the rows with their good cells."""

    def __init__(self, problems: list[Problem], rows: list[dict[str, object]]) -> None:
        super().__init__("table.rows", "表格中有内容需要修改。")
        self.problems = problems
        self.rows = rows
