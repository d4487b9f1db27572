"""A town with one village, brought up and loaded."""

from __future__ import annotations

import pytest

from models.areas.area import lay_out
from models.areas.repository import AreaRepository
from models.areas.service import Areas

NAMES = (
    ("529901", "云岭县"),
    ("529901101", "大关镇"),
    ("529901101201", "丘林村"),
    ("52990110120103", "三组"),
    ("529901101201G01", "第一网格"),
)


@pytest.fixture
def area_repository(io_loop, database) -> AreaRepository:
    io_loop.run_sync(lambda: database.ensure(AreaRepository.COLLECTIONS))
    return AreaRepository(database)


@pytest.fixture
def areas(io_loop, area_repository) -> Areas:
    areas = Areas(area_repository)
    io_loop.run_sync(lambda: area_repository.put_new(lay_out(NAMES)))
    io_loop.run_sync(areas.reload)
    return areas
