"""Codes and words of code lists, as they come mixed: 1, 01, 男, 男性, 1男, 1-男, 汉, 汉族. Pure.

A word that a list does not have is looked for among its aliases (``data/words.toml``); what fits several codes is not
guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from models.imports.trouble import Unclear

OURS, DOUBT = "ours", "?"
"""Editions beside those of the lists: the one that the registry keeps, and that nothing says which it is."""

DATA = Path(__file__).parent / "data"
_MARKS = re.compile(r"[\s\-_—.:：,，、;；()（）\[\]【】“”\"'/*]+")
_LEADING = re.compile(r"([0-9]{1,5}|[A-Za-z](?![A-Za-z]))(.*)", re.DOTALL)
_SEVERAL = re.compile(r"[、,，;；/|+\n\s]+")
_ENDINGS = ("族", "性", "户", "类", "级", "型", "者", "人员", "情况")


class ListWords(msgspec.Struct, frozen=True):
    """``same``: word to code. ``editions``: another edition of the standard, its codes to ours; a code that means
    different things in two of them is in ``doubtful``."""

    same: dict[str, str] = {}
    editions: dict[str, dict[str, str]] = {}
    doubtful: tuple[str, ...] = ()


class Words:
    """The words of all code lists."""

    def __init__(self, code_lists: Mapping[str, Mapping[str, str]], told: Mapping[str, ListWords]) -> None:
        self._lists = {name: _Known(codes, told.get(name, ListWords())) for name, codes in code_lists.items()}

    def code(self, codes: str, raw: str, edition: str = "") -> str:
        """The code that ``raw`` means in the list ``codes``; its codes are read as of ``edition`` where one is named.
        Raises Unclear."""
        return self._lists[codes].code(raw, edition)

    def several(self, codes: str, raw: str, edition: str = "") -> list[str]:
        """The same of several in one cell, each once."""
        known = self._lists[codes]
        try:
            return [known.code(raw, edition)]
        except Unclear:
            parts = [part for part in _SEVERAL.split(raw) if part.strip()]
            if len(parts) < 2:
                raise
        return list(dict.fromkeys(known.code(part, edition) for part in parts))

    def editions(self, codes: str) -> tuple[str, ...]:
        """The other editions of a list that files may be written in."""
        return tuple(self._lists[codes].told.editions)

    def tell_tale(self, codes: str, seen: Iterable[str]) -> str:
        """Which edition a column of bare codes is of: one of its names, empty for ours, DOUBT where nothing says."""
        return self._lists[codes].tell_tale({_plain(each) for each in seen})


class _Known:
    def __init__(self, codes: Mapping[str, str], told: ListWords) -> None:
        self.codes = codes
        self.told = told
        self._short = {code.lstrip("0") or "0": code for code in codes}
        self._words: dict[str, str] = {}
        for code, word in codes.items():
            for form in _forms(word):
                self._words.setdefault(form, code)
        for word, code in told.same.items():
            if code in codes:
                self._words[_plain(word)] = code

    def code(self, raw: str, edition: str) -> str:
        text = _plain(raw)
        if edition == DOUBT:
            if text in self.told.doubtful:
                raise Unclear(
                    "choice.edition", f"代码{text}在新旧两版里意思不同，请在列的对应里选定是哪一版。"
                )
            edition = ""
        found = self._bare(text, edition) or self._words.get(text) or self._ended(text)
        if found is None:
            found = self._mixed(raw, edition)
        if found is None:
            raise Unclear("choice.unknown", f"没有“{raw.strip()[:20]}”这一项，请改成码表里的写法。")
        return found

    def _bare(self, text: str, edition: str) -> str | None:
        """A code alone; spreadsheets drop leading noughts."""
        if not text.isascii():
            return None
        if edition:
            return self.told.editions[edition].get(text)
        if text in self.codes:
            return text
        return self._short.get(text.lstrip("0") or "0") if text.isdigit() else None

    def _ended(self, text: str) -> str | None:
        for ending in _ENDINGS:
            if text.endswith(ending) and text[: -len(ending)] in self._words:
                return self._words[text[: -len(ending)]]
            if text + ending in self._words:
                return self._words[text + ending]
        return None

    def _mixed(self, raw: str, edition: str) -> str | None:
        """A code and its word in one cell: the word decides, and has to fit."""
        found = _LEADING.fullmatch(unicodedata.normalize("NFKC", raw).strip())
        if not found or not _plain(found[2]):
            return None
        word = _plain(found[2])
        by_word = self._words.get(word) or self._ended(word)
        by_code = self._bare(found[1].upper(), edition)
        if by_word and by_code and by_word != by_code:
            raise Unclear("choice.torn", f"“{raw.strip()[:20]}”里的代码和文字不是同一项，请核对。")
        return by_word

    def tell_tale(self, seen: set[str]) -> str:
        for name, codes in self.told.editions.items():
            if seen & (set(codes) - set(self.codes)):
                return name
        if seen & {
            each for each in self.codes if not any(each in codes for codes in self.told.editions.values())
        }:
            return ""
        return DOUBT if seen & set(self.told.doubtful) else ""


def load_words(code_lists: Mapping[str, Mapping[str, str]], folder: Path = DATA) -> Words:
    """The lists of the registry, with ``words.toml``; ValueError where that does not fit."""
    path = folder / "words.toml"
    try:
        told = msgspec.toml.decode(path.read_bytes(), type=dict[str, ListWords])
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return Words(code_lists, {name: words for name, words in told.items() if name in code_lists})


def _plain(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).upper()


def _forms(word: str) -> Iterable[str]:
    """A word, and what it is without its brackets; 大学专科和专科学校 stays whole."""
    yield _plain(word)
    bare = re.sub(r"[（(][^）)]*[）)]", "", word)
    if bare != word:
        yield _plain(bare)
    for part in re.split(r"[/、]", bare):
        yield _plain(part)
