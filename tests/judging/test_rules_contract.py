"""Every signal, risk, kind, role and platform keeps its own examples; new entries are picked up unasked."""

from __future__ import annotations

from functools import cache

import pytest
import regex
from judging_at_hand import source

from followupd.errors import ConfigError
from followupd.judging import signs_around, signs_of_danger, signs_of_intent, signs_of_likeness
from followupd.judging.detectors import DETECTORS
from followupd.judging.tables import JudgingRules, Rule
from followupd.rulesource import RuleSource, read_rules

TABLES = ("signals", "risk", "kinds", "roles")


@cache
def rules() -> JudgingRules:
    return JudgingRules.build(read_rules())


def every() -> list[tuple[str, Rule]]:
    return [(table, rule) for table in TABLES for rule in getattr(rules(), table).values()]


NAMES = [f"{table}:{rule.id}" for table, rule in every()]


@pytest.mark.parametrize(("table", "rule"), every(), ids=NAMES)
def test_an_entry_keeps_its_examples(table: str, rule: Rule) -> None:
    entry = rule.entry
    assert [t for t in entry.match if not rule.find(t, "und")] == []
    assert [t for t in entry.no_match if rule.find(t, "und")] == []
    if entry.patterns:
        assert entry.match, "patterns need an example that they find"
        assert entry.no_match, "and one that they must leave alone"


@pytest.mark.parametrize(("table", "rule"), every(), ids=NAMES)
def test_an_entry_gives_its_reason_in_both_languages(table: str, rule: Rule) -> None:
    assert rule.entry.en
    assert regex.search(r"\p{Han}", rule.entry.zh)
    assert not regex.search(r"\p{Han}", rule.entry.en)


@pytest.mark.parametrize(("table", "rule"), every(), ids=NAMES)
def test_no_entry_hangs_on_hostile_text(table: str, rule: Rule) -> None:
    from followupd.reading.patterns import Timeouts

    before = dict(Timeouts.counts)
    for text in ("a " * 10_000, "please " * 3_000, "1,2 x " * 3_000, "我" * 20_000, "no no of our the " * 1_200):
        rule.find(text, "und")
    late = {k: v - before.get(k, 0) for k, v in Timeouts.counts.items() if v > before.get(k, 0)}
    assert sum(late.values()) <= 1, f"out of time: {late}"


def test_every_detector_is_named_by_an_entry() -> None:
    named = {rule.entry.detector for _, rule in every()} - {""}
    assert named == set(DETECTORS)


def test_every_public_sign_is_registered() -> None:
    constants = {"SPECIFIC", "DANGEROUS", "ARCHIVES", "LURE", "LURE_LENGTH", "GREAT_NAMES", "SHOWN_NAMES", "WIDE", "concrete"}
    for module in (signs_of_intent, signs_of_danger, signs_around, signs_of_likeness):
        own = {n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", "") == module.__name__}
        assert {n for n in own if not n.startswith("_")} - constants <= set(DETECTORS)


def test_no_risk_is_a_country_or_a_people() -> None:
    words = regex.compile(
        r"\b(?:nigeria\w*|china|chinese|india\w*|russia\w*|africa(?!n\s\+?union)|ghana\w*|iraq\w*)\b", regex.I
    )
    for rule in rules().risk.values():
        patterns = " ".join(p for ps in rule.entry.patterns.values() for p in ps)
        assert not words.search(patterns.replace(r"African\s+Union", "")), rule.id


BROKEN = [
    ("signals", "one: {points: 1, en: a, zh: 甲, patterns: {en: ['(']}}", "does not compile"),
    ("signals", "one: {points: 1, en: a, zh: 甲, detector: no_such_thing}", "no detector 'no_such_thing'"),
    ("signals", "one: {points: 1, en: a, zh: 甲}", "either patterns or a detector"),
    ("risk", "one: {weight: mild, en: a, zh: 甲, patterns: {en: ['x']}}", "weight"),
    ("kinds", "one: {kind: joke, points: 1, en: a, zh: 甲, patterns: {en: ['x']}}", "kind"),
    ("roles", "one: {points: 1, en: a, patterns: {en: ['x']}}", "zh: is missing"),
    ("platforms", "one: {title: A}", "senders or texts"),
    ("platforms", "one: {title: A, senders: ['[']}", "does not compile"),
]


@pytest.mark.parametrize(("table", "text", "says"), BROKEN, ids=[f"{t}: {s}" for t, _, s in BROKEN])
def test_a_slip_in_a_rule_names_its_line(table: str, text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        JudgingRules.build(source(table, f"# a comment\n{text}\n"))
    told = str(caught.value)
    assert f"rules/{table}.yaml:2" in told
    assert says in told


def test_slips_in_two_tables_are_told_at_once() -> None:
    one = source("signals", "one: {points: 1, en: a, zh: 甲}")
    both = RuleSource({**one.tables, **source("risk", "two: {weight: hard, en: a, zh: 甲}").tables})
    with pytest.raises(ConfigError) as caught:
        JudgingRules.build(both)
    assert {p.where.partition(":")[0] for p in caught.value.problems} == {"rules/signals.yaml", "rules/risk.yaml"}
