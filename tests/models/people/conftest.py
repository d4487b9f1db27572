"""The registry's vault and an empty collection of people."""

from __future__ import annotations

import pytest

from models.base.cipher import Cipher
from models.base.keys import Keyring
from models.elements.registry import load_elements
from models.people.repository import PersonRepository
from models.people.vault import Vault


@pytest.fixture
def vault(tmp_path) -> Vault:
    return Vault(Cipher(Keyring.load(tmp_path / "keys", create=True)), load_elements())


@pytest.fixture
def person_repository(io_loop, database, vault) -> PersonRepository:
    io_loop.run_sync(lambda: database.ensure(PersonRepository.COLLECTIONS))
    return PersonRepository(database, vault)
