"""One town for the whole matrix, as the tests of handlers have one, and the world prepared in it."""

from __future__ import annotations

import pytest

from tests.handlers.conftest import database, io_loop, town
from tests.matrix.world import World, prepare

__all__ = ["database", "io_loop", "town", "world"]


@pytest.fixture(scope="module")
def world(io_loop, town) -> World:
    """Filled once, changed by nobody: whatever a test does in it is put back."""
    return io_loop.run_sync(lambda: prepare(town), timeout=90)
