"""Settings: strict, documented, and silent about secrets."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from server.settings import SECRETS, Settings, SettingsError, read

DOCS = Path(__file__).parents[2] / "docs" / "settings.md"
NAMES = [field.name.upper() for field in msgspec.structs.fields(Settings)]


def test_every_setting_has_its_line_in_the_documentation():
    documented = re.findall(r"^\| `([A-Z_]+)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(NAMES)


def test_the_documented_defaults_are_the_real_ones():
    rows = dict(
        re.findall(r"^\| `([A-Z_]+)` \| `([^`]*)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    )
    for field in msgspec.structs.fields(Settings):
        if (
            isinstance(field.default, int | str)
            and not isinstance(field.default, bool)
            and field.default != ""
        ):
            assert field.name.upper() == "PUBLIC_URL" or rows[field.name.upper()] == str(field.default)


def test_an_empty_environment_is_the_defaults():
    assert read({}) == Settings()
    assert read({"PORT": "", "OFFICE": ""}) == Settings()


def test_the_contract_of_the_environment_is_kept():
    given = read(
        {"PORT": "9000", "HOST": "0.0.0.0", "DATA_DIR": "/srv/x", "PUBLIC_URL": "https://a.example/"}
    )
    assert (given.port, given.host, given.data_dir) == (9000, "0.0.0.0", Path("/srv/x"))
    assert (given.address, given.secure) == ("https://a.example", True)


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_a_secret_is_in_no_repr(name):
    shown = repr(Settings(**{name: "hunter2"}))
    assert "hunter2" not in shown
    assert name not in shown


def test_whatever_sounds_secret_is_among_the_secrets():
    sounding = {name.lower() for name in NAMES if re.search("SECRET|TOKEN|PASSWORD|_URI|MASTER", name)}
    assert sounding == SECRETS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("PORT", "http"), ("PORT", "-1"), ("PORT", "70000"), ("PORT", "８８８８"), ("MONGO_URI", "localhost:27017"),
        ("PUBLIC_URL", "a.example"), ("PUBLIC_URL", "https://a.example/path"), ("TRUST_PROXY", "maybe"),
        ("LOG_LEVEL", "loud"), ("WECHAT_APPID", "wx1"), ("MAX_UPLOAD_MB", "0"), ("MONGO_POOL", "0"),
        ("LIMIT_SCALE", "0"), ("LIMIT_SCALE", "1.5"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named(name, text):
    with pytest.raises(SettingsError, match=name):
        read({name: text})


def test_a_secret_is_not_quoted_in_the_refusal():
    with pytest.raises(SettingsError) as refusal:
        read({"MONGO_URI": "user:hunter2@host"})
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("place", ["keys.json", "deep/keys.json", "../data/keys.json"])
def test_a_key_file_inside_the_data_directory_is_refused(tmp_path, place):
    data = tmp_path / "data"
    with pytest.raises(SettingsError, match="KEY_FILE"):
        read({"DATA_DIR": str(data), "KEY_FILE": str(data / place)})


def test_the_default_key_file_lies_beside_the_data_directory(tmp_path):
    given = read({"DATA_DIR": str(tmp_path / "data")})
    assert given.keys == tmp_path / "data-keys" / "keys.json"
