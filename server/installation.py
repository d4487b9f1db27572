"""What kind of installation a database is: a demonstration says so itself, so that its shortcuts work nowhere else."""

from __future__ import annotations

import msgspec

from models.database import Database


class Installation(msgspec.Struct, frozen=True):
    """``demo``: synthetic people, printed passwords, messages shown to staff instead of being sent."""

    demo: bool = False
    households: int = 0

    @staticmethod
    async def read(database: Database) -> Installation:
        """The installation that this database is."""
        row = await database.collection("installation").find_one({"_id": "installation"})
        return Installation(bool(row.get("demo")), int(row.get("households", 0))) if row else Installation()

    @staticmethod
    async def is_real(database: Database) -> bool:
        """Whether the database holds households and is no demonstration: nothing synthetic may go in."""
        if (await Installation.read(database)).demo:
            return False
        return await database.collection("households").find_one({}, {"_id": 1}) is not None

    @staticmethod
    async def mark_demo(database: Database, households: int) -> None:
        """From now on this is a demonstration."""
        await database.collection("installation").update_one(
            {"_id": "installation"}, {"$set": {"demo": True}, "$max": {"households": households}}, upsert=True
        )
