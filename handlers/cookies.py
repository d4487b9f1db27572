"""Browsers carry their session in cookies, the mini program in a Bearer header; this file knows both.

Access tokens live 15 minutes. A browser whose access cookie has run out and that still holds a refresh cookie
is given a new pair on the way, so that nobody is thrown out of a half-filled form.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from models.base.actor import ANONYMOUS, Actor
from models.base.errors import LoginNeeded
from models.sessions.session import SessionOver, Tokens

if TYPE_CHECKING:
    from handlers.base import Base

ACCESS, REFRESH, DEVICE = "access", "refresh", "device"
REFRESH_DAYS = 30
DEVICE_DAYS = 180


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
            forget(handler)
        else:
            remember(handler, tokens)
            return with_device(handler, sessions.actor_of(tokens.access_token))
    return with_device(handler, ANONYMOUS)


def with_device(handler: Base, actor: Actor) -> Actor:
    """The actor with the id of the device that it asks from, if the device has one."""
    device = handler.get_cookie(DEVICE) or handler.request.headers.get("X-Device", "")
    return msgspec.structs.replace(actor, device=device[:64]) if device else actor


def remember(handler: Base, tokens: Tokens) -> None:
    """Give a browser its pair of tokens."""
    keep(handler, ACCESS, tokens.access_token, tokens.expires_in)
    if tokens.refresh_token:
        keep(handler, REFRESH, tokens.refresh_token, REFRESH_DAYS * 86400)


def keep(handler: Base, name: str, value: str, seconds: int) -> None:
    """A cookie that scripts cannot read, that other sites cannot send, and that TLS keeps to itself."""
    handler.set_cookie(
        name, value, max_age=seconds, httponly=True, secure=handler.home.secure, samesite="Lax", path="/"
    )


def forget(handler: Base) -> None:
    """Take the tokens from a browser."""
    for name in (ACCESS, REFRESH):
        handler.clear_cookie(name, path="/")


def device_of(handler: Base) -> str:
    """The device's id, made and kept on the device at the first need: drafts at L0 hang on it."""
    device = handler.actor.device
    if not device:
        device = secrets.token_urlsafe(18)
        keep(handler, DEVICE, device, DEVICE_DAYS * 86400)
        handler.actor = msgspec.structs.replace(handler.actor, device=device)
    return device
