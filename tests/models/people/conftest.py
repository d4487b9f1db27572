"""The registry's vault and an empty collection of people."""

from __future__ import annotations

import pytest

from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.elements.registry import load_elements
from models.history.repository import HistoryRepository
from models.history.service import History
from models.people.repository import PersonRepository
from models.people.vault import Vault


@pytest.fixture
def cipher(tmp_path) -> Cipher:
    return Cipher(Keyring.load(tmp_path / "keys", create=True))


@pytest.fixture
def vault(cipher) -> Vault:
    return Vault(cipher, load_elements())


@pytest.fixture
def history(io_loop, database, vault, cipher) -> History:
    io_loop.run_sync(lambda: database.ensure(HistoryRepository.COLLECTIONS))
    return History(HistoryRepository(database, vault, cipher), load_elements())


@pytest.fixture
def person_repository(io_loop, database, vault) -> PersonRepository:
    io_loop.run_sync(lambda: database.ensure(PersonRepository.COLLECTIONS))
    return PersonRepository(database, vault)
