"""A pattern that is not searched would not have matched: the short cut loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followupd.errors import ConfigError
from followupd.reading.needles import WORTH, folded, grams, hopeless, needles
from followupd.reading.patterns import Group, Pattern, alternatives, compile_pattern
from followupd.rulesource import read_rules
from followupd.yamlfile import Origin


def _all_patterns() -> list[Pattern]:
    """Every pattern of the shipped rules, wherever it stands."""
    found = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for key, held in value.items():
                if key in {"patterns", "unless", "files", "pattern"}:
                    found.extend(_strings(held))
                else:
                    walk(held)

    for table in read_rules().tables.values():
        for entry in table.values():
            walk(entry.data)
    return [compile_pattern(text, "test") for text in dict.fromkeys(found)]


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    many = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for held in many for text in _strings(held)]


def _examples() -> list[str]:
    found: list[str] = []
    for table in read_rules().tables.values():
        for entry in table.values():
            found += _strings(entry.data.get("match")) + _strings(entry.data.get("no_match"))
    return found


PATTERNS = _all_patterns()
TEXTS = sorted({text for text in _examples() if text})


def test_there_is_something_to_hold() -> None:
    assert len(PATTERNS) > 300
    assert len(TEXTS) > 500
    assert sum(bool(p.needles) for p in PATTERNS) > len(PATTERNS) / 2, "most patterns can be told hopeless"


@pytest.mark.timeout(600)
def test_no_example_of_any_rule_is_lost() -> None:
    chunks = [" | ".join(TEXTS[at : at + 7]) for at in range(0, len(TEXTS), 7)]
    lost = [
        (p.text[:60], text[:60])
        for p in PATTERNS
        for text in chunks
        if hopeless(p.needles, text) and p.compiled.search(text, timeout=1) is not None
    ]
    assert lost == []


@given(
    st.lists(st.sampled_from([w for t in TEXTS for w in t.split()]), min_size=4, max_size=40).map(" ".join),
    st.sampled_from(PATTERNS),
)
def test_no_made_up_text_is_lost(text: str, pattern: Pattern) -> None:
    if hopeless(pattern.needles, text):
        assert pattern.compiled.search(text, timeout=1) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bproforma\b", "kindly send us the PROFORMA now"),
        (r"(?:stop|remove)\s+me", "please REMOVE me from your list"),
        (r"colou?r", "what colors do you have there"),
        (r"a{3,}bc", "in here: aaaabc and so on"),
        (r"退信", "您好，这是一封退信，请查收邮件"),
        (r"(?=delivery)\w+", "terms of delivery are these"),
        (r"(?!x)y|zzz", "nothing but a y in here, sir"),
        (r"[A-Z]{2}\d+", "see PO 4411 and RF33 below"),
        (r"\p{Lu}\w+straße", "die Hauptstraße in der Stadt"),
    ],
)
def test_what_matches_is_searched(pattern: str, text: str) -> None:
    compiled = compile_pattern(pattern, "test")
    assert len(text) >= WORTH
    assert compiled.compiled.search(text) is not None
    assert compiled.search(text) is not None
    assert Group.of([compile_pattern("never-there", "test"), compiled]).search(text) is not None


def test_what_lacks_a_needle_is_not_searched() -> None:
    assert hopeless(needles(r"\bunsubscribe\b"), "please send two thousand lamps")
    assert not hopeless(needles(r"\w+"), "please send two thousand lamps")
    assert needles(r"(") == ()


@given(st.text(max_size=60))
@example("İı ſ K")
def test_grams_hold_every_run_of_the_text(text: str) -> None:
    low = folded(text)
    assert {low[at : at + 3] for at in range(len(low) - 2)} <= grams(text)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("a|b", ("a", "b")),
        (r"(?:a|b)c|d[|]e|\|f", ("(?:a|b)c", "d[|]e", r"\|f")),
        ("[]|]|b", ("[]|]", "b")),
        ("(?P<x>a)|b", ("(?P<x>a)|b",)),
        ("(?-i:A)b|c", ("(?-i:A)b", "c")),
        ("(?i)a|b", ("(?i)a|b",)),
        ("a|", ("a|",)),
    ],
)
def test_alternatives_are_parted_where_nothing_ties_them(text: str, ways: tuple[str, ...]) -> None:
    assert alternatives(text) == ways


def test_a_group_finds_what_its_patterns_find() -> None:
    chunks = [" | ".join(TEXTS[at : at + 5]) for at in range(0, len(TEXTS), 5)]
    differ = [(p.text[:60], text[:60]) for p in PATTERNS[::7] for text in chunks[::5] if bool(Group.of([p]).search(text)) != bool(p.search(text))]
    assert differ == []


def test_a_shipped_pattern_is_compiled_when_it_is_first_asked_and_a_users_at_once() -> None:
    assert compile_pattern("(", Origin.of("rules/x.yaml:1", shipped=True)).text == "("
    with pytest.raises(ConfigError, match=r"my/x.yaml:1"):
        compile_pattern("(", Origin.of("my/x.yaml:1", shipped=False))
