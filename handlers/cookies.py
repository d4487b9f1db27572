"""Browsers carry their session in cookies, the mini program in a Bearer header; this file knows both.

Access tokens live 15 minutes. A browser whose access cookie has run out and that still holds a refresh cookie
is given a new pair on the way, so that nobody is thrown out of a half-filled form.

Whoever acts for somebody else has that session in these cookies, and the refresh token of her own in a third. With
either change the token against forged forms changes too: a form that was opened in one name cannot be sent in
another.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from models.base.actor import ANONYMOUS, Actor
from models.base.errors import Forbidden, LoginNeeded
from models.sessions.session import SessionOver, Tokens

if TYPE_CHECKING:
    from handlers.base import Base

ACCESS, REFRESH, DEVICE, OWN = "access", "refresh", "device", "own"
CARRIES = "carries"
"""Says that this browser carries a grid worker's store, sealed, with work in it that may not be sent yet: whoever logs out
of whatever on this phone does not empty it."""

XSRF = "_xsrf"
SAFE = frozenset({"GET", "HEAD"})
REFRESH_DAYS = 30
DEVICE_DAYS = 180
CARRIES_DAYS = 400  # the most that browsers keep


async def actor_of(handler: Base) -> Actor:
    """Who asks. A broken or ended token is nobody for a browser, and a refusal for a Bearer client."""
    sessions = handler.home.sessions
    bearer = handler.request.headers.get("Authorization", "")
    if bearer:
        scheme, _, token = bearer.partition(" ")
        if scheme.lower() != "bearer":
            raise SessionOver("L1")
        return with_device(handler, sessions.actor_of(token.strip()))
    access = handler.get_cookie(ACCESS)
    if access:
        try:
            return with_device(handler, sessions.actor_of(access))
        except LoginNeeded:
            pass
    refresh = handler.get_cookie(REFRESH)
    if refresh:
        try:
            tokens = await sessions.refresh(refresh)
        except LoginNeeded:
            if handler.get_cookie(OWN):
                return await _after_acting(handler)
            forget(handler)
        else:
            remember(handler, tokens)
            return with_device(handler, sessions.actor_of(tokens.access_token))
    return with_device(handler, ANONYMOUS)


def with_device(handler: Base, actor: Actor) -> Actor:
    """The actor with the id of the device that it asks from, if the device has one."""
    headers = handler.request.headers
    device = (handler.get_cookie(DEVICE) if "Cookie" in headers else "") or headers.get("X-Device", "")
    return msgspec.structs.replace(actor, device=device[:64]) if device else actor


def remember(handler: Base, tokens: Tokens) -> None:
    """Give a browser its pair of tokens."""
    keep(handler, ACCESS, tokens.access_token, tokens.expires_in)
    if tokens.refresh_token:
        handler.renewed = tokens.refresh_token
        keep(handler, REFRESH, tokens.refresh_token, REFRESH_DAYS * 86400)


def _new_forms(handler: Base) -> None:
    """Forms that were opened until now are worth nothing; those of this answer are."""
    handler.clear_cookie(XSRF)
    handler.request.cookies.pop(handler.cookie_name(XSRF), None)


def keep(handler: Base, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read, that other sites cannot send, and that TLS keeps to itself."""
    handler.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax")


def forget(handler: Base) -> None:
    """Take the tokens from a browser."""
    for name in (ACCESS, REFRESH, OWN):
        handler.clear_cookie(name)


def stand_in(handler: Base, tokens: Tokens) -> None:
    """From now on this browser acts for somebody else; its own session is put aside."""
    own = handler.renewed or handler.get_cookie(REFRESH) or ""
    remember(handler, tokens)
    keep(handler, OWN, own, REFRESH_DAYS * 86400)
    _new_forms(handler)


async def step_back(handler: Base) -> Actor:
    """This browser's own session again, and who that is; nobody where it is over."""
    own, actor = handler.get_cookie(OWN) or "", ANONYMOUS
    forget(handler)
    _new_forms(handler)
    if own:
        try:
            tokens = await handler.home.sessions.refresh(own)
        except LoginNeeded:
            return with_device(handler, actor)
        remember(handler, tokens)
        actor = handler.home.sessions.actor_of(tokens.access_token)
    return with_device(handler, actor)


async def _after_acting(handler: Base) -> Actor:
    """Her leave or her time to act is over. What she sends now was meant in the other's name, so it is refused and
    not taken for her own. Raises Forbidden."""
    actor = await step_back(handler)
    if handler.request.method in SAFE or handler.ends_acting:
        return actor
    raise Forbidden("代办已经结束，刚才这一步没有保存。", code="mandate.ended")


def device_of(handler: Base) -> str:
    """The device's id, made and kept on the device at the first need: drafts at L0 hang on it."""
    device = handler.actor.device
    if not device:
        device = secrets.token_urlsafe(18)
        keep(handler, DEVICE, device, DEVICE_DAYS * 86400)
        handler.actor = msgspec.structs.replace(handler.actor, device=device)
    return device
