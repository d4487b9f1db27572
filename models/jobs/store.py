"""Files and parts of jobs: what was brought in, what comes out, and what steps leave for later ones. All of it is sealed
before it comes here."""

from __future__ import annotations

from models.database import Collection, Database, Session

END = "\U0010ffff"


class JobStore:
    """The bucket ``jobfiles`` and the collection ``job_parts``. Writing again what is there replaces it, so a step that
    is repeated leaves nothing over."""

    COLLECTIONS = (
        Collection(
            "job_parts",
            (),
            {
                "bsonType": "object",
                "required": ["_id", "body"],
                "properties": {"body": {"bsonType": "binData"}},
            },
        ),
    )

    def __init__(self, database: Database) -> None:
        self._files = database.files("jobfiles")
        self._parts = database.collection("job_parts")

    async def keep(self, job: str, name: str, sealed: bytes) -> None:
        """A file of the job."""
        file_id = f"{job}:{name}"
        await self._files.delete(file_id)
        await self._files.put(sealed, name, {}, file_id)

    async def file(self, job: str, name: str) -> bytes:
        """NotFound where there is none, or it has been taken away."""
        return (await self._files.get(f"{job}:{name}"))[0]

    async def add_part(self, job: str, name: str, sealed: bytes, session: Session | None = None) -> None:
        """A part of the job; ``name`` puts it in its place among the others."""
        place = {"_id": f"{job}:{name}"}
        await self._parts.replace_one(place, {"body": sealed}, upsert=True, session=session)

    async def parts(self, job: str, prefix: str, after: str = "", limit: int = 50) -> list[tuple[str, bytes]]:
        """The names and bodies of up to ``limit`` parts whose names begin with ``prefix``, past ``after``, in order."""
        start = {"$gt": f"{job}:{after}"} if after else {"$gte": f"{job}:{prefix}"}
        within = {**start, "$lt": f"{job}:{prefix}{END}"}
        rows = await self._parts.find({"_id": within}).sort("_id", 1).limit(limit).to_list(limit)
        return [(row["_id"].partition(":")[2], bytes(row["body"])) for row in rows]

    async def drop_parts(self, job: str, prefix: str) -> None:
        """Forget the parts whose names begin with ``prefix``."""
        await self._parts.delete_many({"_id": {"$gte": f"{job}:{prefix}", "$lt": f"{job}:{prefix}{END}"}})

    async def drop(self, job: str) -> None:
        """Everything of the job."""
        for name in ("in", "out"):
            await self._files.delete(f"{job}:{name}")
        await self.drop_parts(job, "")
