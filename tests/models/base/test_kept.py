"""What is remembered is never older than the last change that was heard of."""

from __future__ import annotations

import asyncio

import pytest

from models.base.kept import Kept


class Shelf:
    """A place to read from that counts how often it was asked, and waits where it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.word = "旧"
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def read(self, key: str) -> str:
        self.asked += 1
        word = self.word
        await self.may_answer.wait()
        return f"{key}:{word}"


def followed(most: int = 10) -> Kept[str]:
    kept: Kept[str] = Kept(most)
    kept.is_live = lambda: True
    return kept


@pytest.mark.gen_test
async def test_what_was_read_once_is_not_read_again():
    kept, shelf = followed(), Shelf()
    assert await kept.get("a", shelf.read) == await kept.get("a", shelf.read) == "a:旧"
    assert shelf.asked == 1


@pytest.mark.gen_test
async def test_a_change_is_seen_at_once():
    kept, shelf = followed(), Shelf()
    await kept.get("a", shelf.read)
    shelf.word = "新"
    kept.drop("a")
    assert await kept.get("a", shelf.read) == "a:新"


@pytest.mark.gen_test
async def test_while_changes_are_not_followed_nothing_is_remembered():
    kept, shelf = followed(), Shelf()
    await kept.get("a", shelf.read)
    kept.is_live = lambda: False
    shelf.word = "新"
    assert await kept.get("a", shelf.read) == "a:新"


@pytest.mark.gen_test
async def test_what_was_on_its_way_when_the_change_came_is_not_kept():
    kept, shelf = followed(), Shelf()
    shelf.may_answer.clear()
    slow = asyncio.create_task(kept.get("a", shelf.read))
    await asyncio.sleep(0.01)
    shelf.word = "新"
    kept.drop("a")
    shelf.may_answer.set()
    assert await slow == "a:旧"
    assert await kept.get("a", shelf.read) == "a:新"


@pytest.mark.gen_test
async def test_a_change_of_something_else_does_not_keep_a_reading_from_being_kept():
    kept, shelf = followed(), Shelf()
    shelf.may_answer.clear()
    slow = asyncio.create_task(kept.get("a", shelf.read))
    await asyncio.sleep(0)
    kept.drop("b")
    shelf.may_answer.set()
    await slow
    await kept.get("a", shelf.read)
    assert shelf.asked == 1


@pytest.mark.gen_test
async def test_what_cannot_be_read_is_asked_for_again():
    kept, shelf = followed(), Shelf()

    async def fail(_key: str) -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await kept.get("a", fail)
    assert await kept.get("a", shelf.read) == "a:旧"


@pytest.mark.gen_test
async def test_no_more_is_kept_than_was_agreed():
    kept, shelf = followed(most=2), Shelf()
    for key in ("a", "b", "c"):
        await kept.get(key, shelf.read)
    await kept.get("a", shelf.read)
    assert shelf.asked == 4


@pytest.mark.gen_test
async def test_who_asks_while_it_is_being_read_waits_for_the_same_reading():
    kept, shelf = followed(), Shelf()
    shelf.may_answer.clear()
    asking = [asyncio.ensure_future(kept.get("a", shelf.read)) for _ in range(5)]
    await asyncio.sleep(0)
    shelf.may_answer.set()
    assert await asyncio.gather(*asking) == ["a:旧"] * 5
    assert shelf.asked == 1


@pytest.mark.gen_test
async def test_who_gives_up_waiting_takes_nothing_from_the_others():
    kept, shelf = followed(), Shelf()
    shelf.may_answer.clear()
    first, second = (asyncio.ensure_future(kept.get("a", shelf.read)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    shelf.may_answer.set()
    assert await second == "a:旧"


@pytest.mark.gen_test
async def test_a_reading_that_fails_fails_for_all_who_wait_and_is_tried_again():
    kept, shelf = followed(), Shelf()

    async def fail(key: str) -> str:
        raise KeyError(key)

    waiting = await asyncio.gather(*(kept.get("a", fail) for _ in range(2)), return_exceptions=True)
    assert [type(each) for each in waiting] == [KeyError, KeyError]
    assert await kept.get("a", shelf.read) == "a:旧"
