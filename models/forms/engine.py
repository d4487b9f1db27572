"""The form engine: which questions are asked, which answers are good, what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import msgspec

from models.base.errors import NotFound, Problem
from models.forms.conditions import holds, names
from models.forms.context import Context
from models.forms.form import Field, Form, Rule
from models.forms.parse import blank
from models.forms.sweep import Sweep, legible
from models.forms.types import CHECKERS

MOST_KEYS = 500
_ORDERING = ("gt", "ge", "lt", "le")


class Cleaned(msgspec.Struct, frozen=True):
    """``answers``: canonical values of shown fields by key. ``problems``: everything that is wrong, in the
    order of the form. ``visible``: keys of the fields that are asked, given these answers."""

    answers: dict[str, object]
    problems: list[Problem]
    visible: frozenset[str] = frozenset()


def visible(form: Form, answers: Mapping[str, object], today: date | None = None) -> frozenset[str]:
    """Keys of the fields shown for ``answers``. A hidden field counts as unanswered for later conditions."""
    fields = form.fields()
    known: dict[str, object] = {}
    shown: set[str] = set()
    for section in form.sections:
        if section.show_if is not None and not holds(section.show_if, known, fields, today):
            continue
        for field in section.fields:
            if field.show_if is None or holds(field.show_if, known, fields, today):
                shown.add(field.key)
                if field.key in answers:
                    known[field.key] = answers[field.key]
    return frozenset(shown)


def clean(
    form: Form,
    raw: Mapping[str, object],
    context: Context,
    section: str | None = None,
    partial: bool = False,
) -> Cleaned:
    """Check everything that was sent, all problems at once; never raises on what is in ``raw``.

    ``section``: check that page only, against the earlier answers in ``raw``; the answers and problems of
    that page alone are returned, and keys of other pages are nobody's concern. Raises NotFound if the form
    has no such page. ``partial``: for drafts; what is missing is no problem, defaults are not filled in and
    rules across fields wait.
    """
    if section is not None and all(page.key != section for page in form.sections):
        raise NotFound("没有找到这一页，请从第一页重新开始。")
    refusal = _oversized(raw)
    if refusal:
        return Cleaned({}, [refusal])
    fields = form.fields()
    sweep = Sweep(fields, raw, context, CHECKERS, partial=partial)
    page: tuple[Field, ...] = ()
    seen: set[str] = set()
    for part in form.sections:
        seen.update(field.key for field in part.fields)
        if sweep.holds(part.show_if):
            for field in part.fields:
                sweep.take(field)
        if part.key == section:
            page = part.fields
            break
    # A rule that reads a page still to come can only be judged once that page is there.
    rules = () if partial else tuple(rule for rule in form.rules if _reads(rule) <= seen)
    problems = [*sweep.problems, *_broken(rules, sweep, fields, context.today)]
    if section is None:
        return Cleaned(sweep.answers, problems + _unknown(raw, fields), frozenset(sweep.visible))
    return _of_page({field.key for field in page}, sweep, problems)


def _oversized(raw: object) -> Problem | None:
    if not isinstance(raw, Mapping):
        return Problem("", "form.form", "提交的内容格式不正确，请刷新页面后重试。")
    if len(raw) > MOST_KEYS:
        return Problem("", "form.too_large", "提交的内容太多，请刷新页面后重新填写。")
    return None


def _unknown(raw: Mapping[str, object], fields: Mapping[str, Field]) -> list[Problem]:
    return [
        Problem(legible(key), "field.unknown", "这一项不在表格里，请刷新页面后重试。")
        for key in raw
        if key not in fields
    ]


def _of_page(keys: set[str], sweep: Sweep, problems: list[Problem]) -> Cleaned:
    return Cleaned(
        {key: value for key, value in sweep.answers.items() if key in keys},
        [problem for problem in problems if problem.field.split(".")[0] in keys],
        frozenset(sweep.visible & keys),
    )


def _broken(rules: tuple[Rule, ...], sweep: Sweep, fields: Mapping[str, Field], today: date) -> list[Problem]:
    """What the rules across fields find, apart from fields that are wrong already or not asked."""
    wrong = {problem.field.split(".")[0] for problem in sweep.problems}
    found = []
    for rule in rules:
        if rule.field not in sweep.visible or _reads(rule) & wrong:
            continue
        if not sweep.holds(rule.when) or _says_nothing(rule, sweep.answers):
            continue
        if not holds(rule.must, sweep.answers, fields, today):
            found.append(Problem(rule.field, rule.code, rule.message))
    return found


def _reads(rule: Rule) -> set[str]:
    return names(rule.must) | names(rule.when) | {rule.field}


def _says_nothing(rule: Rule, answers: Mapping[str, object]) -> bool:
    """ "The end is not before the start" asks nothing of somebody who gave no end."""
    must = rule.must
    return must.op in _ORDERING and any(blank(answers.get(name)) for name in (must.field, must.other) if name)
