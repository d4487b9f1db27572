"""The suites against the published test vectors."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes

from models.base.suites import AesSuite, GmSuite, suite_of, suite_of_key

# RFC 8998, appendix A.1
KEY = bytes.fromhex("0123456789abcdeffedcba9876543210")
NONCE = bytes.fromhex("00001234567800000000abcd")
HEADER = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
PLAIN = bytes.fromhex("".join(c * 16 for c in "abcdefea"))
SEALED = bytes.fromhex(
    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    "83de3541e4c2b58177e065a9bf7b62ec"
)


def sm3(message: bytes) -> str:
    digest = hashes.Hash(hashes.SM3())
    digest.update(message)
    return digest.finalize().hex()


def test_sm4_gcm_seals_the_vector_of_rfc_8998():
    assert GmSuite().aead(KEY).encrypt(NONCE, PLAIN, HEADER) == SEALED


def test_sm4_gcm_opens_the_vector_of_rfc_8998():
    assert GmSuite().aead(KEY).decrypt(NONCE, SEALED, HEADER) == PLAIN


@pytest.mark.parametrize("at", [0, 40, -1])
def test_sm4_gcm_notices_one_altered_bit(at):
    altered = bytearray(SEALED)
    altered[at] ^= 1
    with pytest.raises(InvalidTag):
        GmSuite().aead(KEY).decrypt(NONCE, bytes(altered), HEADER)


def test_sm4_gcm_refuses_what_is_shorter_than_a_tag():
    with pytest.raises(InvalidTag):
        GmSuite().aead(KEY).decrypt(NONCE, SEALED[:15], HEADER)


def test_sm4_gcm_refuses_another_header():
    with pytest.raises(InvalidTag):
        GmSuite().aead(KEY).decrypt(NONCE, SEALED, HEADER[:-1])


@pytest.mark.parametrize(
    ("message", "digest"),
    [  # GB/T 32905-2016, appendix A
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_examples_of_gb_t_32905(message, digest):
    assert sm3(message) == digest


@pytest.mark.parametrize(
    ("key", "message", "digest"),
    [  # GM/T 0042-2015, appendix D.3
        (
            bytes(range(1, 33)),
            b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq" * 2,
            "ca05e144ed05d1857840d1f318a4a8669e559fc8391f414485bfdf7bb408963a",
        ),
        (
            bytes(range(1, 38)),
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
        ),
    ],
)
def test_hmac_sm3_gives_the_examples_of_gm_t_0042(key, message, digest):
    assert GmSuite().digest(key, message).hex() == digest


def test_hmac_sha256_gives_test_case_2_of_rfc_4231():
    digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert AesSuite().digest(b"Jefe", b"what do ya want for nothing?").hex() == digest


def test_aes_256_gcm_gives_test_case_14_of_the_gcm_specification():
    sealed = AesSuite().aead(bytes(32)).encrypt(bytes(12), bytes(16), None)
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


def test_a_suite_is_found_by_its_name_and_by_its_keys():
    assert suite_of("gm").letter == "s"
    assert suite_of_key("k12").name == "aes"
    with pytest.raises(ValueError, match="letter"):
        suite_of_key("x1")
