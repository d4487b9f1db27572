"""Which WeChat account belongs to whom. A binding is made at L2 and gives L1: a phone may be lent or sold."""

from __future__ import annotations

from models.base.actor import Actor
from models.base.cipher import Cipher
from models.base.clock import Clock
from models.sessions.repository import BindingRepository
from models.sessions.session import Binding
from models.sessions.tokens import open_who, seal_who


class Bindings:
    def __init__(self, repository: BindingRepository, cipher: Cipher, clock: Clock) -> None:
        self._repository = repository
        self._cipher = cipher
        self._clock = clock

    async def bind(self, actor: Actor, openid: str) -> None:
        """Bind ``openid`` to the actor, in place of whoever it was bound to."""
        key = self._key(openid)
        binding = Binding(
            id=key,
            openid=self._cipher.seal(openid, f"wechat.openid:{key}"),
            subject=actor.subject,
            who=seal_who(self._cipher, key, actor.name, actor.id_number),
            bound_at=self._clock(),
        )
        await self._repository.put(binding)

    async def unbind(self, actor: Actor, openid: str) -> None:
        await self._repository.remove(self._key(openid), actor.subject)

    async def of(self, openid: str) -> tuple[str, str] | None:
        """Name and ID number of the person bound to ``openid``."""
        binding = await self._repository.get(self._key(openid))
        return open_who(self._cipher, binding.id, binding.who) if binding else None

    def _key(self, openid: str) -> str:
        return self._cipher.blind(openid, "wechat.openid")
