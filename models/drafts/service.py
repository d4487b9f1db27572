"""Never lose what was typed: save, resume, forget."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.base.errors import Malformed
from models.drafts.draft import Draft, owners_of
from models.drafts.repository import DraftsRepository
from models.items.catalogue import Offer

LARGEST = 256 * 1024  # bytes of JSON
LISTED = 50


class Drafts:
    """The drafts of residents, at L0 on their device, from L1 wherever they log in."""

    def __init__(self, repository: DraftsRepository, cipher: Cipher, clock: Clock) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock

    async def of(self, actor: Actor, offer: Offer, code: str) -> Draft:
        """The actor's draft for ``offer``, or a new empty one (not yet stored).

        A draft begun on this device before login is taken over by whoever logs in on it.
        """
        owners = self._owners(actor)
        if owners:
            found = {draft.owner: draft for draft in await self._repository.of(owners, offer.id, code)}
            for owner in owners:
                if owner in found and actor.reaches(found[owner].level):
                    return found[owner]
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
        """Lay ``answers`` over the draft and store it. Raises Malformed where it grows past all sense."""
        owners = self._owners(actor)
        if not owners:
            raise Malformed("无法在这台设备上保存草稿，请允许浏览器使用 Cookie。", code="draft.device")
        merged = {**draft.answers, **answers}
        if len(msgspec.json.encode(merged)) > LARGEST:
            raise Malformed("填写的内容太多，无法保存。", code="draft.too_large")
        kept = msgspec.structs.replace(
            draft,
            owner=owners[0],
            answers=merged,
            level=actor.level,
            done=tuple(dict.fromkeys((*draft.done, *done))),
            updated_at=self._clock(),
        )
        await self._repository.save(kept)
        return kept

    async def drop(self, actor: Actor, offer: str, code: str) -> None:
        """Forget the actor's draft."""
        owners = self._owners(actor)
        if owners:
            await self._repository.drop(owners, offer, code)

    async def all_of(self, actor: Actor) -> list[Draft]:
        """What the actor has begun and may see again at the present level."""
        owners = self._owners(actor)
        found = await self._repository.all_of(owners, LISTED) if owners else []
        return [draft for draft in found if actor.reaches(draft.level)]

    def _owners(self, actor: Actor) -> tuple[str, ...]:
        return owners_of(actor, self._cipher.mac(actor.device, "device") if actor.device else "")
