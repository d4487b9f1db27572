"""The dictionary with an empty book of grounds, and the county's administrator."""

from __future__ import annotations

import pytest

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.collecting.repository import GroundRepository
from models.collecting.service import Collecting
from models.elements.registry import Elements, load_elements
from tests.models.hall import Ticking

COUNTY = "529901"
ADMIN = Actor("staff", subject="a-admin", name="周管理", role="admin", area=COUNTY)


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture
def collecting(io_loop, database, clock) -> Collecting:
    io_loop.run_sync(lambda: database.ensure(GroundRepository.COLLECTIONS))
    return Collecting(GroundRepository(database), load_elements(), clock, COUNTY)


@pytest.fixture
def elements() -> Elements:
    return load_elements()


@pytest.fixture
def cipher(tmp_path) -> Cipher:
    return Cipher(Keyring.load(tmp_path / "keys", create=True))
