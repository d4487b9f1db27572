from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.people.person import Person, same_name
from models.people.registry import Match, Registry
from models.people.values import Held, Value

NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
ID_NUMBER = "529901199008280016"


@pytest.fixture
def registry(io_loop, person_repository, vault) -> Registry:
    told = {"person.name": "扎西·多吉", "person.id_no": ID_NUMBER, "person.phone": "19900000011"}
    values = {key: Value(v, "import", NOON) for key, v in told.items()}
    person = Person("p-1", ("529901",), "529901102201010001", "02", held=Held(values))
    io_loop.run_sync(lambda: person_repository.put_new([person]))
    return Registry(person_repository, vault, lambda: NOON)


@pytest.mark.parametrize("name", ["扎西·多吉", "扎西•多吉", " 扎西・多吉 ", "扎西．多吉"])
@pytest.mark.gen_test
async def test_name_and_number_that_belong_together_match(registry, name):
    assert await registry.match(name, ID_NUMBER) == Match("p-1", "529901102201010001", "19900000011")


@pytest.mark.parametrize("name", ["多吉", "扎西多吉", "陈桂兰", ""])
@pytest.mark.gen_test
async def test_another_name_does_not_match(registry, name):
    assert await registry.match(name, ID_NUMBER) is None


@pytest.mark.gen_test
async def test_an_unknown_number_does_not_match(registry):
    assert await registry.match("扎西·多吉", "529901194303080022") is None
    assert await registry.match("扎西·多吉", "") is None


def test_a_match_does_not_print_the_phone():
    assert "199" not in repr(Match("p-1", "h", "19900000011"))


def test_two_empty_names_are_not_one():
    assert not same_name("", " ")
