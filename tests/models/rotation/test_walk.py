from __future__ import annotations

from models.base.cipher import Cipher, SealedPath
from models.base.keys import Keyring
from models.rotation.key import pattern_of
from models.rotation.walk import sealed_anywhere, sealed_at

CIPHER = Cipher(Keyring.fresh())
ONE, TWO = CIPHER.seal("13800000000", "c"), CIPHER.seal("13900000000", "c")


def found(document, path, context):
    return [(each.path, each.context) for each in sealed_at(document, [SealedPath("people", path, context)])]


def test_stars_stand_for_names_and_the_context_spells_them():
    document = {"_id": "chen", "values": {"person": {"phone": {"sealed": ONE}, "name": {"v": "陈桂兰"}}}}
    assert found(document, "values.*.*.sealed", "{name}:{id}") == [
        ("values.person.phone.sealed", "person.phone:chen")
    ]


def test_every_item_of_an_array_is_looked_at_and_lends_its_key():
    answers = [
        {"key": "a", "value": 1},
        {"key": "b", "value": {"sealed": ONE}},
        {"key": "c", "value": {"sealed": TWO}},
    ]
    assert found({"_id": "7", "answers": answers}, "answers.[].value.sealed", "case:{id}:{key}") == [
        ("answers.1.value.sealed", "case:7:b"),
        ("answers.2.value.sealed", "case:7:c"),
    ]


def test_what_is_empty_plain_or_missing_is_passed_over():
    for document in ({"phone": ""}, {"phone": "13800000000"}, {"phone": None}, {"phone": {"a": ONE}}, {}):
        assert found({"_id": "li", **document}, "phone", "p:{id}") == []


def test_braces_in_an_id_are_no_template():
    assert found({"_id": "{key}", "phone": ONE}, "phone", "p:{id}") == [("phone", "p:{key}")]


def test_whatever_looks_sealed_is_found_wherever_it_is():
    document = {"a": [{"b": ONE}], "c": {"d": {"e": TWO}}, "f": "k1.short", "g": 5}
    assert dict(sealed_anywhere(document)) == {"a.0.b": ONE, "c.d.e": TWO}


def test_raw_bytes_are_searched_for_some_keys_and_not_for_others():
    pattern = pattern_of(["k1", "s2"])
    assert pattern.findall(f"\x00{ONE}\x00".encode()) == [ONE.encode()]
    for text in ("k11." + "A" * 60, "ak1." + "A" * 60, "k1." + "A" * 37, "k3." + "A" * 60):
        assert not pattern.search(text.encode())
