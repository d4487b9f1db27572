"""Every setting there is, read once from the environment, strictly, into one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from models.base.suites import SuiteName
from models.rotation.founding import Origin
from models.visits.pace import pace_of


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it and says what it should look like."""


class Settings(msgspec.Struct, frozen=True):
    """All settings. Each is the environment variable of the same name in capitals; docs/settings.md says more."""

    port: int = 8888
    host: str = "127.0.0.1"
    data_dir: Path = Path("data")
    mongo_uri: str = ""
    mongo_db: str = "saoban"
    mongo_pool: int = 50
    public_url: str = ""
    key_file: Path | None = None
    master_key: str = ""
    crypto_suite: SuiteName = "aes"
    office: str = "云岭县政务服务"
    county: str = "529901"
    trust_proxy: bool = False
    max_upload_mb: int = 10
    limit_scale: int = 1
    log_level: str = "info"
    sms_url: str = ""
    sms_token: str = ""
    wechat_url: str = "https://api.weixin.qq.com"
    wechat_appid: str = ""
    wechat_secret: str = ""
    second_factor: str = "auto"
    phone_cooling_hours: int = 24
    security_contact: str = ""
    visit_days: str = "7,30,90,180"
    visit_positions: bool = False

    def __repr__(self) -> str:
        shown = {name: getattr(self, name) for name in self.__struct_fields__ if name not in SECRETS}
        return f"Settings({shown})"

    @property
    def address(self) -> str:
        """The public address without a last slash, such as ``https://yunling.example``."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether residents reach us by TLS; cookies and HSTS follow it."""
        return self.address.startswith("https://")

    def needs_second_factor(self, *, demo: bool) -> bool:
        """Whether staff need a second factor: always, never, or (``auto``) everywhere but in a demonstration."""
        return self.second_factor == "on" or (self.second_factor == "auto" and not demo)

    @property
    def keys(self) -> Path:
        """The key file, by default beside the data directory and never in it."""
        return self.key_file or self.data_dir.parent / f"{self.data_dir.name}-keys" / "keys.json"

    @property
    def heads_file(self) -> Path:
        """Where signed heads of the record of looking are kept: beside the data directory, never in it."""
        return self.data_dir.parent / f"{self.data_dir.name}-audit" / "heads.jsonl"

    @property
    def origin(self) -> Origin:
        """Where the keys come from."""
        return Origin(self.keys, self.master_key, self.crypto_suite)


SECRETS = frozenset({"mongo_uri", "master_key", "sms_token", "wechat_secret"})
CONTACTS = ("mailto:", "https://", "tel:")  # RFC 9116, 2.5.3
FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises SettingsError naming the first one that is wrong."""
    given: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        text = environment.get(field.name.upper())
        if text is None or text == "":
            continue
        given[field.name] = _parse(field.name.upper(), text, field.default)
    settings = Settings(**given)  # type: ignore[arg-type]
    _check(settings)
    return settings


def _parse(name: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in FLAGS:
            raise SettingsError(f"{name} must be 1 or 0, not {text!r}")
        return FLAGS[text.lower()]
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit():
            raise SettingsError(f"{name} must be a whole number, not {text!r}")
        return int(text)
    if isinstance(default, Path) or name == "KEY_FILE":
        return Path(text).expanduser().absolute()
    return text


def _check(settings: Settings) -> None:
    if not 0 <= settings.port <= 65535:
        raise SettingsError("PORT must lie between 0 and 65535")
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise SettingsError("PUBLIC_URL must look like https://host, without a path")
    if settings.mongo_uri and not settings.mongo_uri.startswith(("mongodb://", "mongodb+srv://")):
        raise SettingsError("MONGO_URI must start with mongodb:// or mongodb+srv://")
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        raise SettingsError("LOG_LEVEL must be debug, info, warning or error")
    if settings.second_factor not in {"auto", "on", "off"}:
        raise SettingsError("SECOND_FACTOR must be auto, on or off")
    if settings.crypto_suite not in {"aes", "gm"}:
        raise SettingsError("CRYPTO_SUITE must be aes or gm")
    contact = settings.security_contact
    if contact and (not contact.startswith(CONTACTS) or not contact.isprintable() or " " in contact):
        raise SettingsError("SECURITY_CONTACT must be a mailto:, https: or tel: address")
    if bool(settings.wechat_appid) != bool(settings.wechat_secret):
        raise SettingsError("WECHAT_APPID and WECHAT_SECRET go together")
    if not 1 <= settings.max_upload_mb <= 30:
        raise SettingsError("MAX_UPLOAD_MB must lie between 1 and 30")
    if not 1 <= settings.limit_scale <= 1_000_000:
        raise SettingsError("LIMIT_SCALE must lie between 1 and 1000000")
    if not 0 <= settings.phone_cooling_hours <= 720:
        raise SettingsError("PHONE_COOLING_HOURS must lie between 0 and 720")
    try:
        pace_of(settings.visit_days)
    except ValueError:
        raise SettingsError("VISIT_DAYS must be four numbers of days such as 7,30,90,180") from None
    if not 1 <= settings.mongo_pool <= 1000:
        raise SettingsError("MONGO_POOL must lie between 1 and 1000")
    if settings.keys.resolve().is_relative_to(settings.data_dir.resolve()):
        raise SettingsError(
            "KEY_FILE must lie outside DATA_DIR: a stolen copy of the data must not hold its keys"
        )
