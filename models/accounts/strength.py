"""How soon a password would be guessed by whoever knows what people choose, and something of whose it is. Pure.

No rule says which characters a password must have: rules of that kind make people write Yunling-2026. It is estimated
instead how many guesses a password stands (zxcvbn: 30,000 passwords of published leaks, names, words, years, rows of
keys, repetitions, and what is put together from them).
"""

from __future__ import annotations

from collections.abc import Iterable

from zxcvbn import zxcvbn

GUESSES = 10**8
"""What a password has to stand. Online a name is locked after five tries; this is for a stolen copy of the hashes, of
which argon2id lets a machine try some ten a second and core."""

LONGEST = 72  # characters that are looked at: the estimate takes longer with every one

CONTEXT = (
    "saoban", "扫办", "saoma", "扫码", "zhengwu", "政务", "zhengfu", "政府", "gov", "12345", "banshi", "办事",
    "shouli", "受理", "shenpi", "审批", "wangge", "网格", "wanggeyuan", "网格员", "guanliyuan", "管理员", "admin",
    "administrator", "clerk", "reviewer", "approver", "supervisor", "minzheng", "民政", "weijian", "卫健", "canlian",
    "残联", "renshe", "人社", "gongan", "公安", "xiangzhen", "乡镇", "jiedao", "街道", "shequ", "社区", "mima", "密码",
    "yunling", "云岭", "woaini", "woai", "zhongguo", "nihao", "kuaile", "fafafa", "wang", "zhang", "chen", "yang",
)  # fmt: skip
"""Words that anybody tries first at an office's door: product, place of the demonstration, roles, departments, and what
is loved in Chinese passwords. What is her own (name, numbers, dates) comes on top (``own_words``)."""


def guessable(password: str, own: Iterable[str] = ()) -> bool:
    """Whether ``password`` falls within GUESSES, for somebody who knows the words that are her ``own``."""
    words = [*CONTEXT, *(word for word in own if word)]
    found = zxcvbn(password[:LONGEST].lower(), words)["guesses"]
    return bool(found < GUESSES)


def own_words(*, username: str = "", name: str = "", id_number: str = "", phone: str = "") -> tuple[str, ...]:
    """What somebody who knows her would try: names and numbers, and the parts of them that people use."""
    whole = (username, name, id_number, phone)
    parts = (id_number[6:14], id_number[8:14], id_number[-6:], phone[-8:], phone[-4:])
    return tuple(word.lower() for word in (*whole, *parts) if len(word) >= 2)
