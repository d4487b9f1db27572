from __future__ import annotations

import pytest

from tests.models.hall import Hall, opened


@pytest.fixture
def hall(io_loop, database) -> Hall:
    return io_loop.run_sync(lambda: opened(database))
