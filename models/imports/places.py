"""Where a household of a file stands: village, group and grid out of names, numbers and addresses. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from models.areas.area import chain_of, level_of, parent_of
from models.forms.parse import narrow
from models.imports.trouble import Unclear

_VILLAGE_ENDS = re.compile(r"(村民委员会|居民委员会|村委会|居委会|社区|村)$")
_GROUP_ENDS = re.compile(r"(村民小组|居民小组|小组|组)$")
_GROUP_IN = re.compile(r"第?([0-9一二三四五六七八九十]{1,3})(?:村民小组|居民小组|小组|组)")
_NUMERALS = {each: n for n, each in enumerate("一二三四五六七八九", 1)}


class Places:
    """``named`` are (code, name) of every area; ``inside`` the area that may be written in; ``grids`` the grid that
    the households of a group are in, where that is one."""

    def __init__(self, named: Sequence[tuple[str, str]], inside: str, grids: Mapping[str, str]) -> None:
        self._inside = inside
        self._grids = grids
        self._names = dict(named)
        self._villages: dict[str, list[str]] = {}
        self._of: dict[str, list[str]] = {}
        for code, name in named:
            level = level_of(code)
            if level == "village" and self._covers(code):
                self._villages.setdefault(_VILLAGE_ENDS.sub("", name), []).append(code)
            elif level in ("group", "grid"):
                self._of.setdefault(parent_of(code), []).append(code)

    def of_code(self, code: str) -> str:
        """The group of an 18-digit household code. Raises Unclear."""
        group = code[:14]
        if group not in self._names or not self._covers(group):
            raise Unclear("place.code", "户编码前14位不是本辖区的村组。")
        return group

    def group(self, village: str, group: str, address: str) -> str:
        """The code of a group, from its cells, or from an address that names it. Raises Unclear."""
        found = self._village(village, address)
        text = narrow(group) or _found_in(address)
        if not text:
            raise Unclear("place.group", "没有写是哪个组。")
        number = _number_of(_found_in(text) or _GROUP_ENDS.sub("", text))
        code = f"{found}{number:02d}" if number is not None else ""
        named = [each for each in self._of.get(found, []) if self._names[each] == text and "G" not in each]
        if code not in self._names and len(named) == 1:
            code = named[0]
        if code not in self._names:
            raise Unclear("place.group", f"{self._names[found]}没有“{text[:12]}”这个组。")
        if not self._covers(code):
            raise Unclear("place.outside", "这个组不在您的管理范围内。")
        return code

    def grid(self, cell: str, group: str) -> str:
        """The grid, from its cell, or because there is only one that it can be. Raises Unclear."""
        village = parent_of(group)
        grids = [each for each in self._of.get(village, []) if "G" in each]
        text = narrow(cell)
        if not text:
            if group in self._grids or len(grids) == 1:
                return self._grids.get(group) or grids[0]
            raise Unclear("place.grid", "看不出属于哪个网格，请加一列“所属网格”。")
        number = _number_of(re.sub(r"^第|网格.*$", "", text))
        wanted = {text, f"{village}G{number:02d}" if number is not None else ""}
        found = [each for each in grids if each in wanted or self._names[each] == text]
        if len(found) != 1:
            raise Unclear("place.grid", f"{self._names[village]}没有“{text[:12]}”这个网格。")
        return found[0]

    def _village(self, village: str, address: str) -> str:
        text = narrow(village)
        if not text:
            if len(self._inside) >= 12:
                return self._inside[:12]
            named = [codes for name, codes in self._villages.items() if len(name) > 1 and name in address]
            if len(named) == 1 and len(named[0]) == 1:
                return named[0][0]
            raise Unclear("place.village", "没有写是哪个村。")
        if text in self._names and level_of(text) == "village":
            if not self._covers(text):
                raise Unclear("place.outside", "这个村不在您的管理范围内。")
            return text
        codes = self._villages.get(_VILLAGE_ENDS.sub("", text), [])
        if not codes:
            codes = [
                code for name, found in self._villages.items() if name and name in text for code in found
            ]
        if len(codes) != 1:
            told = "有好几个" if codes else "没有"
            raise Unclear("place.village", f"辖区里{told}“{text[:12]}”，请写村的全名或12位代码。")
        return codes[0]

    def _covers(self, code: str) -> bool:
        return self._inside in chain_of(code)


def _found_in(text: str) -> str:
    found = _GROUP_IN.search(text)
    return found[1] if found else ""


def _number_of(text: str) -> int | None:
    """3, 03, 三, 第三, 十二 as a number."""
    text = text.removeprefix("第").strip()
    if text.isascii() and text.isdigit() and len(text) <= 3:
        return int(text)
    if not text or any(each not in "一二三四五六七八九十" for each in text):
        return None
    tens, ten, ones = text.partition("十")
    if not ten:
        return _NUMERALS[text] if len(text) == 1 else None
    return (_NUMERALS.get(tens, 1) if len(tens) < 2 else 0) * 10 + _NUMERALS.get(ones, 0)
