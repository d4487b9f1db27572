"""A clock that a test moves on, and counters on the real database."""

from __future__ import annotations

import pytest

from models.base.cipher import Cipher
from models.base.clock import now
from models.base.keys import Keyring
from models.limits.repository import LimitRepository
from models.limits.tally import Tally


class Watch:
    """A clock that a test moves on."""

    def __init__(self):
        self.now = now()

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def tallies(io_loop, database, watch):
    """Two processes that count on the same database."""
    io_loop.run_sync(lambda: database.ensure(LimitRepository.COLLECTIONS))
    cipher = Cipher(Keyring.fresh())
    return tuple(Tally(LimitRepository(database), cipher, watch) for _ in range(2))
