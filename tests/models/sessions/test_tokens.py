"""Access tokens: believed only when we signed them, and only for 15 minutes."""

from __future__ import annotations

import base64
import json
import os

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.base.cipher import Cipher
from models.base.errors import LoginNeeded
from models.sessions.session import FRESH, ProofStale, SessionOver, Tokens
from models.sessions.tokens import TYPE, AccessTokens


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def header_of(token):
    return jwt.get_unverified_header(token)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False, "verify_aud": False})


async def token_of(gate, who):
    return (await gate.sessions.login_l1(who.name, who.id_number, "device-1", "a")).access_token


@pytest.mark.gen_test
async def test_a_token_says_what_handlers_need_and_nothing_personal_in_plain(gate, town):
    token = (await gate.l2(town.chen)).access_token
    claims = claims_of(token)
    assert header_of(token) == {"alg": "EdDSA", "kid": "e1", "typ": TYPE}
    assert (claims["lvl"], claims["kind"], claims["person"], claims["household"]) == (
        "L2",
        "resident",
        "chen",
        "h12",
    )
    assert claims["exp"] - claims["iat"] == 900
    for personal in (town.chen.name, town.chen.id_number, town.chen.phone):
        assert personal not in json.dumps(claims, ensure_ascii=False)


@pytest.mark.gen_test
async def test_a_proof_is_told_for_half_an_hour_and_the_session_goes_on_without(gate, town, clock):
    tokens = await gate.l2(town.chen)
    assert gate.sessions.actor_of(tokens.access_token).proof == "pin"
    clock.advance(seconds=FRESH.total_seconds() + 1)
    later = gate.sessions.actor_of((await gate.sessions.refresh(tokens.refresh_token)).access_token)
    assert (later.level, later.proof) == ("L2", "")
    with pytest.raises(ProofStale):
        await gate.sessions.need_fresh(later)


@pytest.mark.gen_test
async def test_it_is_read_without_the_database(gate, town, database):
    token = await token_of(gate, town.chen)
    await database.collection("sessions").delete_many({})
    assert gate.sessions.actor_of(token).name == "陈桂兰"


@pytest.mark.gen_test
async def test_it_dies_after_fifteen_minutes_also_where_it_was_remembered(gate, town, clock):
    token = await token_of(gate, town.chen)
    gate.sessions.actor_of(token)
    clock.advance(seconds=899)
    gate.sessions.actor_of(token)
    clock.advance(seconds=1)
    for sessions in (gate.sessions, gate.another_process()):
        with pytest.raises(SessionOver):
            sessions.actor_of(token)


@pytest.mark.gen_test
async def test_alg_none_is_refused(gate, town):
    claims = claims_of(await token_of(gate, town.chen)) | {"lvl": "L2"}
    for alg in ("none", "None", "NONE"):
        forged = f"{part({'alg': alg, 'kid': 'e1', 'typ': TYPE})}.{part(claims)}."
        with pytest.raises(SessionOver):
            gate.sessions.actor_of(forged)


@pytest.mark.gen_test
async def test_the_public_key_is_no_shared_secret(gate, town, keyring):
    public = Ed25519PrivateKey.from_private_bytes(keyring.signers["e1"]).public_key()
    raw = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
    claims = claims_of(await token_of(gate, town.chen))
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(jwt.encode(claims, raw, "HS256", headers={"kid": "e1", "typ": TYPE}))


@pytest.mark.gen_test
async def test_another_key_under_our_kid_or_one_of_its_own_is_refused(gate, town):
    claims = claims_of(await token_of(gate, town.chen))
    for kid in ("e1", "e2", "../e1", "", 5):
        header = {"alg": "EdDSA", "kid": kid, "typ": TYPE}
        signed = f"{part(header)}.{part(claims)}"
        signature = Ed25519PrivateKey.generate().sign(signed.encode())
        forged = f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
        with pytest.raises(SessionOver):
            gate.sessions.actor_of(forged)


@pytest.mark.gen_test
async def test_a_token_that_names_a_key_server_of_its_own_is_refused(gate, town, keyring):
    ours = Ed25519PrivateKey.from_private_bytes(keyring.signers["e1"])
    claims = claims_of(await token_of(gate, town.chen))
    for extra in ({"jku": "https://evil.example"}, {"crit": ["b64"], "b64": False}):
        with pytest.raises(SessionOver):
            gate.sessions.actor_of(
                jwt.encode(claims, ours, "EdDSA", headers={"kid": "e1", "typ": TYPE, **extra})
            )


@pytest.mark.parametrize(
    "change",
    [
        {"lvl": "L3"}, {"kind": "anonymous"}, {"iss": "else"}, {"aud": "else"}, {"aud": None},
        {"sid": "another"}, {"who": "k1.AAAA"},
        {"role": "god"}, {"exp": "never"}, {"iat": 99999999999}, {"departments": 5}, {"sub": None},
    ],
)  # fmt: skip
@pytest.mark.gen_test
async def test_claims_that_we_would_never_make_are_refused_though_signed(gate, town, keyring, change):
    ours = Ed25519PrivateKey.from_private_bytes(keyring.signers["e1"])
    claims = claims_of(await token_of(gate, town.chen)) | change
    raw = {name: value for name, value in claims.items() if value is not None}
    signed = f"{part({'alg': 'EdDSA', 'kid': 'e1', 'typ': TYPE})}.{part(raw)}"
    signature = base64.urlsafe_b64encode(ours.sign(signed.encode())).rstrip(b"=").decode()
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(f"{signed}.{signature}")


@pytest.mark.parametrize("kind", ["JWT", "logout+jwt", "", None])
@pytest.mark.gen_test
async def test_what_we_signed_for_another_purpose_is_no_access_token(gate, town, keyring, kind):
    ours = Ed25519PrivateKey.from_private_bytes(keyring.signers["e1"])
    claims = claims_of(await token_of(gate, town.chen))
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(jwt.encode(claims, ours, "EdDSA", headers={"kid": "e1", "typ": kind}))
    ours_again = jwt.encode(claims, ours, "EdDSA", headers={"kid": "e1", "typ": TYPE})
    assert gate.sessions.actor_of(ours_again).name == "陈桂兰"


@pytest.mark.gen_test
async def test_the_name_of_one_session_cannot_be_put_into_another(gate, town, keyring):
    ours = Ed25519PrivateKey.from_private_bytes(keyring.signers["e1"])
    chen, li = claims_of(await token_of(gate, town.chen)), claims_of(await token_of(gate, town.li))
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(
            jwt.encode(chen | {"who": li["who"]}, ours, "EdDSA", headers={"kid": "e1", "typ": TYPE})
        )


@pytest.mark.parametrize(
    "noise", ["", ".", "..", "a.b.c", "陈.桂.兰", "\ud800", "x" * 100_000, "e30.e30.e30", "W10.W10.W10"]
)
@pytest.mark.gen_test
async def test_noise_is_refused(gate, noise):
    with pytest.raises(SessionOver) as refusal:
        gate.sessions.actor_of(noise)
    assert isinstance(refusal.value, LoginNeeded)
    assert refusal.value.code == "login.expired"


@pytest.mark.gen_test
async def test_every_altered_character_of_the_signature_is_noticed(gate, town):
    token = await token_of(gate, town.chen)
    gate.sessions.actor_of(token)
    head, body, signature = token.split(".")
    other = "A" if signature[10] != "A" else "B"
    with pytest.raises(SessionOver):
        gate.sessions.actor_of(f"{head}.{body}.{signature[:10]}{other}{signature[11:]}")


@pytest.mark.gen_test
async def test_after_a_rotation_of_keys_old_tokens_live_on(gate, town, keyring, clock):
    old = await token_of(gate, town.chen)
    signers = {**keyring.signers, "e2": os.urandom(32)}
    gate.keyring = msgspec.structs.replace(keyring, signer="e2", signers=signers)
    rotated = gate.another_process()
    assert rotated.actor_of(old).name == "陈桂兰"
    new = await rotated.login_l1(town.li.name, town.li.id_number, "", "a")
    assert header_of(new.access_token)["kid"] == "e2"


@pytest.mark.gen_test
async def test_only_so_many_tokens_are_remembered(gate, town, keyring, clock):
    access = AccessTokens(keyring, Cipher(keyring), clock, remembered=2)
    tokens = [await token_of(gate, who) for who in (town.chen, town.li, town.sun)]
    assert [access.read(token).name for token in tokens + tokens] == ["陈桂兰", "李明", "孙外人"] * 2
    assert access.remembered == 2


def test_tokens_do_not_show_in_a_repr():
    assert repr(Tokens("secret-access", "secret-refresh", "L1")) == "Tokens(level='L1')"
