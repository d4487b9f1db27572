"""Where mappings are remembered, and the transactions in which families are written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from models.database import Collection, Database, Session
from models.imports.plan import Plan
from models.people.book import Also


class ImportRepository:
    """The ``import_mappings`` collection: of each template and town, how its columns were mapped last."""

    COLLECTIONS = (
        Collection(
            "import_mappings",
            (),
            {"bsonType": "object", "required": ["_id", "columns", "at"], "properties": {"at": {"bsonType": "date"}}},
        ),
    )  # fmt: skip

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mappings = database.collection("import_mappings")

    async def remember(self, area: str, plan: Plan, at: datetime) -> None:
        """How a template is mapped in an area. Its heads stay out: a file may hold somebody's name where heads belong."""
        columns = [
            [[column.target, column.unit, column.edition] for column in sheet.columns]
            for sheet in plan.sheets
        ]
        await self._mappings.replace_one(
            {"_id": f"{area}:{plan.template}"}, {"columns": columns, "at": at}, upsert=True
        )

    async def mapped(self, area: str, plan: Plan) -> Plan | None:
        """``plan`` as the same template was mapped in that area; None where it never was."""
        row = await self._mappings.find_one({"_id": f"{area}:{plan.template}"})
        if row is None:
            return None
        return Plan(
            tuple(
                msgspec.structs.replace(
                    sheet,
                    columns=tuple(
                        msgspec.structs.replace(column, target=target, unit=unit, edition=edition)
                        for column, (target, unit, edition) in zip(sheet.columns, kept, strict=True)
                    ),
                )
                for sheet, kept in zip(plan.sheets, row["columns"], strict=True)
            )
        )

    async def together(self, alsos: Sequence[Also]) -> None:
        """All of it in one transaction, or nothing."""

        async def work(session: Session) -> None:
            for also in alsos:
                await also(session)

        await self._database.transaction(work)
