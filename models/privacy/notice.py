"""The privacy notice (隐私说明): versions as data, the newest in force, all of them readable. Pure."""

from __future__ import annotations

from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "data"


class Link(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    text: str
    href: str


class Section(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One part of the notice; ``lines`` may say ``{office}`` and ``{address}``."""

    key: str
    title: str
    lines: tuple[str, ...]
    links: tuple[Link, ...] = ()


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version, in force from ``since`` (ISO date) on."""

    number: int
    since: str
    summary: str
    sections: tuple[Section, ...]

    def said_by(self, office: str, address: str) -> Notice:
        """The notice with the names of this installation in it."""
        told = tuple(
            msgspec.structs.replace(
                section, lines=tuple(line.format(office=office, address=address) for line in section.lines)
            )
            for section in self.sections
        )
        return msgspec.structs.replace(self, sections=told)


def load_notices(folder: Path = DATA) -> tuple[Notice, ...]:
    """Every version, the first one first. Raises ValueError where one does not fit or their numbers do not count up."""
    found = []
    for path in sorted(folder.glob("*.toml"), key=lambda path: int(path.stem)):
        try:
            found.append(msgspec.toml.decode(path.read_bytes(), type=Notice))
        except (OSError, msgspec.DecodeError) as error:
            raise ValueError(f"{path.name}: {error}") from error
    if not found or [each.number for each in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"{folder.name}: versions count up from 1")
    return tuple(found)
