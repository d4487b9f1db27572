from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from models.base.cipher import INDEX, SEALED, Cipher, Unreadable
from models.base.keys import KeyFileError, Keyring, read_master

CHEN = "529901194503070027"


@pytest.fixture
def keyring():
    return Keyring.fresh()


@pytest.fixture
def cipher(keyring):
    return Cipher(keyring)


def test_what_is_sealed_opens_in_its_context(cipher):
    sealed = cipher.seal("陈桂兰𠮷", "person.name:12")
    assert sealed.startswith("k1.")
    assert "陈" not in sealed
    assert cipher.open(sealed, "person.name:12") == "陈桂兰𠮷"


def test_the_same_text_never_seals_alike(cipher):
    assert cipher.seal(CHEN, "c") != cipher.seal(CHEN, "c")


def test_a_sealed_value_moved_to_another_row_does_not_open(cipher):
    sealed = cipher.seal(CHEN, "person.id_no:chen")
    with pytest.raises(Unreadable):
        cipher.open(sealed, "person.id_no:li")


@pytest.mark.parametrize("at", [3, 20, -2])
def test_one_altered_character_is_noticed(cipher, at):
    sealed = list(cipher.seal(CHEN, "c"))
    sealed[at] = "A" if sealed[at] != "A" else "B"
    with pytest.raises(Unreadable):
        cipher.open("".join(sealed), "c")


@pytest.mark.parametrize(
    "text", ["", ".", "k1", "k1.", "k1.AAAA", "k1.陈", "k1.!!!!", "k9.AAAA", "陈桂兰", "k1.AAAAA"]
)
def test_text_that_was_never_sealed_is_unreadable(cipher, text):
    with pytest.raises(Unreadable):
        cipher.open(text, "c")


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key(keyring, cipher):
    old = cipher.seal(CHEN, "c")
    keys = {**keyring.keys, "k2": os.urandom(32)}
    rotated = Cipher(msgspec.structs.replace(keyring, current="k2", keys=keys))
    assert rotated.open(old, "c") == CHEN
    assert rotated.seal(CHEN, "c").startswith("k2.")
    assert rotated.blind(CHEN, "person.id_no") == cipher.blind(CHEN, "person.id_no")


def test_values_of_both_suites_live_side_by_side(keyring, cipher):
    old = cipher.seal(CHEN, "c")
    both = Cipher(msgspec.structs.replace(keyring, current="s2", keys={**keyring.keys, "s2": os.urandom(16)}))
    assert both.seal(CHEN, "c").startswith("s2.")
    assert both.open(both.seal(CHEN, "c"), "c") == both.open(old, "c") == CHEN
    assert both.open(both.reseal(old, "c"), "c") == CHEN


def test_a_change_of_suite_does_not_move_blind_indexes(keyring, cipher):
    gm = Cipher(msgspec.structs.replace(keyring, current="s2", keys={"s2": os.urandom(16)}))
    assert gm.blind(CHEN, "person.id_no") == cipher.blind(CHEN, "person.id_no")


def test_an_installation_founded_under_gm_hashes_with_sm3(keyring):
    gm = Cipher(msgspec.structs.replace(keyring, digest="gm"))
    assert gm.blind(CHEN, "person.id_no") != Cipher(keyring).blind(CHEN, "person.id_no")
    assert len(gm.blind(CHEN, "person.id_no")) == 64
    assert Keyring.fresh("gm").current == "s1"


def test_a_cipher_learns_new_keys_and_forgets_retired_ones(keyring, cipher):
    old = cipher.seal(CHEN, "c")
    cipher.learn(msgspec.structs.replace(keyring, current="k2", keys={"k2": os.urandom(32)}))
    assert cipher.open(cipher.seal(CHEN, "c"), "c") == CHEN
    with pytest.raises(Unreadable):
        cipher.open(old, "c")


def test_an_unknown_key_is_asked_for_and_nonsense_is_not(keyring, cipher):
    asked = []
    cipher.on_unknown = asked.append
    for text in ("k7." + "A" * 60, "k1." + "A" * 60, "陈桂兰", "k8.AA"):
        with pytest.raises(Unreadable):
            cipher.open(text, "c")
    assert asked == ["k7"]


@pytest.mark.parametrize("suite", ["aes", "gm"])
def test_what_is_sealed_looks_sealed_even_when_it_is_empty(suite):
    assert SEALED.fullmatch(Cipher(Keyring.fresh(suite)).seal("", "c"))
    assert not SEALED.fullmatch("13800000000")


def test_a_blind_index_is_stable_and_belongs_to_its_kind(cipher):
    assert cipher.blind(CHEN, "person.id_no") == cipher.blind(CHEN, "person.id_no")
    assert cipher.blind(CHEN, "person.id_no") != cipher.blind(CHEN, "person.phone")
    assert cipher.blind(CHEN, "pin") != cipher.mac(CHEN, "pin")


def test_another_installation_has_other_blind_indexes(cipher):
    assert Cipher(Keyring.fresh()).blind(CHEN, "person.id_no") != cipher.blind(CHEN, "person.id_no")


def test_half_a_character_can_be_hashed_too(cipher):
    assert len(cipher.mac("\ud800", "otp")) == 64


def test_a_missing_key_file_is_made_for_the_owner_alone(tmp_path):
    path = tmp_path / "yunling-keys" / "keys.json"
    first = Keyring.load(path, create=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert Keyring.load(path, create=False) == first
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_servers_that_start_together_share_their_keys(tmp_path):
    path = tmp_path / "keys.json"
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: Keyring.load(path, create=True), range(8)))
    assert all(ring == rings[0] for ring in rings)


def test_a_missing_key_file_is_not_made_unasked(tmp_path):
    with pytest.raises(KeyFileError) as refusal:
        Keyring.load(tmp_path / "keys.json", create=False)
    assert "从备份恢复" in refusal.value.message
    assert not (tmp_path / "keys.json").exists()


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    path = tmp_path / "keys.json"
    Keyring.load(path, create=True)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="keys.unusable") as refusal:
        Keyring.load(path, create=True)
    assert "权限" in refusal.value.message


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"current": "k1"', '{"blind": "AAAA", "pepper": 5}', "null"]
)
def test_a_damaged_key_file_is_refused_and_left_alone(tmp_path, content):
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as refusal:
        Keyring.load(path, create=True)
    assert "已损坏" in refusal.value.message
    assert path.read_text() == content


def test_a_key_of_the_wrong_length_or_a_missing_current_key_is_refused(tmp_path):
    path = tmp_path / "keys.json"
    Keyring.load(path, create=True)
    good = path.read_text()
    for bad in (good.replace('"current": "k1"', '"current": "k2"'), good.replace('"e1": "', '"e1": "AAAA')):
        path.write_text(bad)
        with pytest.raises(KeyFileError):
            Keyring.load(path, create=False)


def test_a_key_file_of_an_older_version_still_opens_what_it_sealed(tmp_path, keyring):
    path = tmp_path / "keys.json"
    before = msgspec.structs.replace(keyring, master=None)
    before.replace_file(path)
    older = msgspec.json.decode(path.read_bytes())
    del older["digest"]
    path.write_bytes(msgspec.json.encode(older))
    ring = Keyring.load(path, create=False)
    assert Cipher(ring).open(Cipher(before).seal(CHEN, "c"), "c") == CHEN
    assert (ring.master, len(ring.root), ring.root) == (None, 32, before.root)


def test_a_sealing_key_of_the_wrong_suite_is_refused(tmp_path, keyring):
    path = tmp_path / "keys.json"
    msgspec.structs.replace(keyring, current="s1", keys={"s1": os.urandom(32)}).replace_file(path)
    with pytest.raises(KeyFileError):
        Keyring.load(path, create=False)


@pytest.mark.parametrize("text", ["", "short", "A" * 43, "A" * 44 + "=", "密钥"])
def test_a_master_key_that_is_none_is_refused_in_a_sentence(text):
    with pytest.raises(KeyFileError, match="MASTER_KEY"):
        read_master(text)


def test_a_refusal_prints_its_remedy(tmp_path):
    with pytest.raises(KeyFileError) as refusal:
        Keyring.load(tmp_path / "keys.json", create=False)
    assert str(refusal.value).startswith("找不到密钥文件")


def test_no_secret_shows_in_a_repr(keyring, cipher):
    shown = f"{keyring!r} {keyring} {cipher!r}"
    assert shown.startswith("Keyring(current='k1', signer='e1')")
    assert not any(repr(secret) in shown for secret in (keyring.blind, keyring.pepper, keyring.keys["k1"]))


def test_an_index_names_its_key_and_is_always_the_same(cipher):
    assert cipher.index(CHEN, "person.id_no") == cipher.index(CHEN, "person.id_no")
    assert INDEX.fullmatch(cipher.index(CHEN, "person.id_no"))[1] == cipher.current
    assert cipher.index(CHEN, "person.id_no") != cipher.index(CHEN, "account.id_number")


def test_an_index_goes_with_the_key_and_the_old_one_is_still_looked_for(keyring, cipher):
    old = cipher.index(CHEN, "person.id_no")
    cipher.learn(msgspec.structs.replace(keyring, keys={**keyring.keys, "k2": b"2" * 32}, current="k2"))
    new = cipher.index(CHEN, "person.id_no")
    assert new != old
    assert cipher.indexes(CHEN, "person.id_no")[:2] == [new, old]
    assert new[3:] != old[3:]
    assert not SEALED.fullmatch(new)
