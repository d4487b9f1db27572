"""Long work beside requests, and what is done so: imports and exports of the registry."""

from __future__ import annotations

import msgspec

from models.exports.kind import ExportKind
from models.exports.service import Exports
from models.imports.kind import ImportKind
from models.imports.repository import ImportRepository
from models.imports.service import Imports
from models.imports.target import load_targets
from models.imports.words import load_words
from models.jobs.kind import Kind
from models.jobs.repository import JobsRepository
from models.jobs.runner import Runner
from models.jobs.service import Jobs
from models.jobs.store import JobStore
from server.parts.ground import Ground
from server.parts.identity import IdentityParts
from server.parts.registry import RegistryParts


class JobParts(msgspec.Struct, frozen=True):
    """``kinds`` are filled here and looked at when a job is run: another slice adds its own."""

    jobs: Jobs
    runner: Runner
    kinds: dict[str, Kind]
    imports: Imports
    exports: Exports


def build_jobs(ground: Ground, registry: RegistryParts, identity: IdentityParts) -> JobParts:
    """Above the registry and the record of looking."""
    database, cipher, clock, elements = ground.database, ground.cipher, ground.clock, ground.elements
    repository, store = JobsRepository(database), JobStore(database)
    kinds: dict[str, Kind] = {}
    jobs = Jobs(repository, store, cipher, clock, kinds)
    mappings = ImportRepository(database)
    importing = ImportKind(
        mappings, jobs, registry.people, registry.households, registry.areas, registry.collecting, identity.audit,
        ground.pools.sheets,
    )  # fmt: skip
    kinds[importing.name] = importing
    exporting = ExportKind(
        jobs, registry.households, registry.areas, registry.accounts, elements, identity.audit, ground.pools.sheets,
        clock,
    )  # fmt: skip
    kinds[exporting.name] = exporting
    return JobParts(
        jobs=jobs,
        runner=Runner(repository, store, cipher, clock, kinds),
        kinds=kinds,
        imports=Imports(
            mappings, jobs, importing, load_targets(elements), load_words(elements.code_lists), registry.areas, clock,
            ground.pools.sheets,
        ),
        exports=Exports(jobs, registry.households, registry.areas, elements),
    )  # fmt: skip
