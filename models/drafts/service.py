"""Never lose what was typed: save, resume, forget."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Conflict, Malformed
from models.drafts.draft import Done, Draft, card_owners, owners_of
from models.drafts.repository import DraftsRepository
from models.items.catalogue import Offer

LARGEST = 256 * 1024  # bytes of JSON
LISTED = 50
AT_ONCE = 100  # drafts forgotten with one write
TRIES = 8  # how often a contested draft is written again


class Drafts:
    """The drafts of residents, at L0 on their device, from L1 wherever they log in."""

    def __init__(self, repository: DraftsRepository, cipher: Cipher, clock: Clock) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock
        self._done: dict[tuple[str, ...], Done] = {}
        self._settling = asyncio.Lock()

    async def of(self, actor: Actor, offer: Offer, code: str) -> Draft:
        """The actor's draft for ``offer``, or a new empty one (not yet stored).

        A draft begun on this device before login is taken over by whoever logs in on it.
        """
        owners = await self._settled(actor)
        found = await self._repository.of(owners, offer.id, code) if owners else {}
        return next((found[owner] for owner in owners if owner in found), self._new(actor, offer, code))

    def _new(self, actor: Actor, offer: Offer, code: str) -> Draft:
        return Draft(
            id=secrets.token_hex(12),
            owner="",
            offer=offer.id,
            version=offer.version,
            code=code,
            level=actor.level,
            answers={},
            submission_key=secrets.token_urlsafe(16),
            updated_at=self._clock(),
        )

    async def keep(
        self, actor: Actor, draft: Draft, answers: dict[str, Any], done: Iterable[str] = ()
    ) -> Draft:
        """Lay ``answers`` over the draft and store it; what another page stored meanwhile stays. Raises Malformed
        where it grows past all sense, Conflict where others never stop changing it."""
        owners = await self._settled(actor)
        if not owners:
            raise Malformed("无法在这台设备上保存草稿，请允许浏览器使用 Cookie。", code="draft.device")
        done = tuple(done)
        for _ in range(TRIES):
            kept = await self._stored(actor, draft, answers, done, owners[0])
            if kept is not None:
                return kept
            found = await self._repository.of(owners[:1], draft.offer, draft.code)
            # Gone: submitted or forgotten in another window. What stands here is a new beginning.
            draft = found.get(owners[0]) or msgspec.structs.replace(
                draft, id=secrets.token_hex(12), owner="", submission_key=secrets.token_urlsafe(16)
            )
        raise Conflict()

    async def _stored(
        self, actor: Actor, draft: Draft, answers: dict[str, Any], done: tuple[str, ...], owner: str
    ) -> Draft | None:
        """The draft with ``answers`` in it, written; None where somebody else wrote it meanwhile."""
        merged = {**draft.answers, **answers}
        if len(msgspec.json.encode(merged)) > LARGEST:
            raise Malformed("填写的内容太多，无法保存。", code="draft.too_large")
        is_hers = draft.owner == owner
        kept = msgspec.structs.replace(
            draft,
            id=draft.id if is_hers or not draft.owner else secrets.token_hex(12),
            owner=owner,
            answers=merged,
            level=actor.level,
            done=tuple(dict.fromkeys((*draft.done, *done))),
            updated_at=self._clock(),
            rev=draft.rev + 1 if is_hers else 1,
        )
        if is_hers:
            return kept if await self._repository.replace(kept) else None
        if not await self._repository.add(kept):
            return None
        if draft.owner:  # taken over from the device, or from a lower level
            await self._repository.drop((draft.owner,), draft.offer, draft.code)
        return kept

    async def drop(self, actor: Actor, offer: str, code: str) -> None:
        """Forget the actor's draft."""
        owners = self._owners(actor)
        if owners:
            await self._repository.drop(owners, offer, code)

    def done(self, actor: Actor, offer: str, code: str) -> None:
        """The draft was submitted. It is forgotten by the next ``settle``, many with one write, so that nobody who
        submits waits for a second one; the actor does not see it any more."""
        owners = self._owners(actor)
        if owners:
            self._done[(*owners, offer, code)] = Done(owners, offer, code, self._clock())

    async def settle(self) -> None:
        """Forget what was submitted until now. Where that fails it is tried again at the next call; a draft that
        outlives its submission leads to the same receipt."""
        async with self._settling:
            while self._done:
                settled = dict(islice(self._done.items(), AT_ONCE))
                await self._repository.drop_done(list(settled.values()))
                for key, done in settled.items():
                    if self._done[key] is done:  # else another was submitted meanwhile
                        del self._done[key]

    async def _settled(self, actor: Actor) -> tuple[str, ...]:
        """The actor's owners, none of whom has a submitted draft lying about."""
        owners = self._owners(actor)
        if any(owner in done.owners for done in self._done.values() for owner in owners):
            await self.settle()
        return owners

    async def all_of(self, actor: Actor) -> list[Draft]:
        """What the actor has begun and may see again at the present level."""
        owners = await self._settled(actor)
        return await self._repository.all_of(owners, LISTED) if owners else []

    async def erase(self, actor: Actor) -> int:
        """Delete everything that the actor may see of what she has begun; how many drafts."""
        owners = await self._settled(actor)
        return await self._repository.drop_all(owners) if owners else 0

    async def erase_of(self, subject: str) -> int:
        """Delete everything that was begun under a card; how many drafts. Whoever calls has leave to."""
        return await self._repository.drop_all(card_owners(subject)) if subject else 0

    def _owners(self, actor: Actor) -> tuple[str, ...]:
        return owners_of(actor, self._cipher.mac(actor.device, "device") if actor.device else "")
