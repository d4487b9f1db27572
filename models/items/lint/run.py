"""Holds an item against every rule."""

from __future__ import annotations

from models.items.item import Item
from models.items.lint import basics, forms, materials, steps
from models.items.lint.rule import Finding, Known, Rule

RULES: tuple[Rule, ...] = (*basics.RULES, *materials.RULES, *steps.RULES, *forms.RULES)


def lint(item: Item, known: Known) -> tuple[Finding, ...]:
    """Every place that breaks a rule; what must be changed first, then in the order of the rules."""
    found = [finding for rule in RULES for finding in _findings(rule, item, known)]
    return tuple(sorted(found, key=lambda each: each.severity != "refuse"))


def refused(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that have to be mended before anybody reviews it."""
    return tuple(finding for finding in findings if finding.severity == "refuse")


def _findings(rule: Rule, item: Item, known: Known) -> list[Finding]:
    found = []
    for each in rule.find(item, known):
        place, message = (each, rule.message) if isinstance(each, str) else each
        found.append(Finding(rule.key, rule.severity, place, message))
    return found
