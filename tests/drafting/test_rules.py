"""Do the shipped rule files keep what they promise? New entries are picked up unasked."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import yaml
from drafting_makers import FULL, NEWS, NOW, OTHERWISE, TOLD, WISHES, decision, templates

from followupd.drafting.compose import likeness
from followupd.drafting.lint import Sources, lint
from followupd.drafting.tables import DraftingRules, Phrase, PushEntry, ThemeEntry
from followupd.drafting.templates import Templates, Variant
from followupd.drafting.values import clean_evidence, template_values
from followupd.errors import ConfigError
from followupd.rulesource import check_entries, read_rules

LANGUAGES = sorted(templates().rules.languages)
SOURCE = read_rules()
PUSH = {t: check_entries(PushEntry, SOURCE, t) for t in ("push", *SOURCE.names("push/"))}
THEMES = {t: check_entries(ThemeEntry, SOURCE, t) for t in ("themes", *SOURCE.names("themes/"))}
PHRASES = [(table, id, e) for table, entries in {**PUSH, **THEMES}.items() for id, e in entries.items()]
TOPICS = ("ask_demand", "close_out", "complete_quote", "forwardable_help", "validity_ended", "validity_ending")


def phrase(table: str, id: str) -> Phrase:
    rules, language = templates().rules, table.partition("/")[2] or "en"
    phrases = rules.push if table.startswith("push") else rules.themes
    return next(p for p in phrases if (p.id, p.language) == (id, language))


@pytest.mark.parametrize(("table", "id", "text"), [(table, id, text) for table, id, e in PHRASES for text in e.match])
def test_a_phrase_matches_its_examples(table: str, id: str, text: str) -> None:
    assert phrase(table, id).pattern.search(text)


@pytest.mark.parametrize(("table", "id", "text"), [(table, id, t) for table, id, e in PHRASES for t in e.no_match])
def test_a_phrase_leaves_its_counter_examples(table: str, id: str, text: str) -> None:
    assert not phrase(table, id).pattern.search(text)


def test_all_push_phrases_of_the_trade_are_there() -> None:
    assert len(PUSH["push"]) >= 13
    assert not {p for e in THEMES["themes"].values() for p in e.topics if not p.islower()}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_language_knows_what_pushes_and_which_themes_there_are(language: str) -> None:
    assert len(PUSH[f"push/{language}"]) >= 13
    assert set(THEMES[f"themes/{language}"]) >= {
        "sample",
        "price_change",
        "event",
        "greeting",
        "peer",
        "closing",
        "shutdown",
    }
    said = {p.id: p for p in templates().rules.phrases(templates().rules.themes, language) if p.language == language}
    assert all(said[id].topics == frozenset(THEMES["themes"][id].topics) for id in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_has_three_wordings_or_more_in_every_language(language: str) -> None:
    assert set(templates().topics()) >= set(TOPICS)
    for topic in templates().topics(language):
        assert len(templates().variants[language, topic]) >= 3, topic


SITUATIONS = {
    "ahead": FULL,
    "past": {**FULL, "valid_until": "2026-11-02"},
    "port": {**FULL, "missing": "incoterm"},
    "client": {**FULL, "waiting_for": "my client must decide"},
    "boss": {**FULL, "waiting_for": "I have to ask my boss"},
    "no quantity": {k: v for k, v in FULL.items() if k != "quantity"},
    "bare": {"quote_number": "7", "valid_until": "2026-11-30", "missing": "moq", "month_later": "May 2027"},
    **{topic: {**FULL, **told} for topic, told in TOLD.items()},
    **{case: {**FULL, **told} for case, told in OTHERWISE.items()},
    "nothing but the news": {"quote_number": "7", **TOLD["event"]},
    "no offer": {**TOLD["event"]},
    "an inquiry without goods": {"wanted": "goods, quantity, destination"},
    "news in every language": {**FULL, **{f"event_{language}": text for language, text in NEWS.items()}},
    "wishes in every language": {**FULL, **{f"wish_{language}": text for language, text in WISHES.items()}},
    "long": {
        **FULL,
        "product": "rechargeable LED work lamps with magnetic base, IP65, 20W",
        "price": "USD 1,250.00 per 1000 pcs",
        "incoterm": "CIF Rotterdam via Hamburg",
        "quote_number": "BL-2026/11-0118 Rev. B".replace(". ", "."),
    },
}


def rendered(variant: Variant, evidence: dict[str, str]) -> tuple[str, Sources] | None:
    rules = templates().rules
    values = template_values(
        clean_evidence(decision("x", evidence).evidence, rules), rules, variant.language, NOW.date()
    )
    text = rules.languages[variant.language].mended(variant.render(values)) if variant.fits(values) else ""
    return (text, Sources(tuple(values.values()))) if text else None


@pytest.mark.parametrize(
    "variant", [v for vs in templates().variants.values() for v in vs], ids=lambda v: f"{v.language}.{v.topic}.{v.name}"
)
def test_every_shipped_wording_passes_the_lint_in_every_situation(variant: Variant) -> None:
    done = 0
    for evidence in SITUATIONS.values():
        if made := rendered(variant, evidence):
            body = f"Dear Anna,\n\n{made[0]}"
            found = lint(
                body,
                made[1],
                templates().rules,
                topic=variant.topic,
                salutation="Dear Anna,",
                language=variant.language,
            )
            assert found == ()
            done += 1
    assert done, "no situation reaches this wording"


def test_wordings_of_a_topic_differ() -> None:
    for variants, evidence in product(templates().variants.values(), SITUATIONS.values()):
        texts = [made[0] for v in variants if (made := rendered(v, evidence))]
        for i, one in enumerate(texts):
            assert all(likeness(one, other) < templates().rules.limits.similar for other in texts[:i]), one


OWN_GENDER = {
    "ru": r"\b(?:хотел|хотела|рад|рада|уверен|уверена)\b|\b[Яя]\s+(?:\w+\s+){0,2}(?:\w{2,}(?:л|ла)|готова?)\b",
    "es": r"\b(?:encantad|segur|agradecid|dispuest|content)[oa]\b",
    "pt": r"\b(?:obrigad|grat|content|seguro|dispost)[oa]\b",
    "fr": r"\b(?:ravie?|heureu(?:x|se)|sûre?|désolée?|contente?)\b",
    "it": r"\b(?:liet|grat|sicur|content|feli)[oa]\b",
}
"""Words that would tell whether a man or a woman of ours writes; who that is, nobody knows."""


@pytest.mark.parametrize("language", sorted(OWN_GENDER))
def test_no_wording_tells_the_gender_of_its_writer(language: str) -> None:
    texts = {path: text for path, text in SOURCE.texts.items() if path.startswith(f"templates/{language}/")}
    assert texts
    assert {path: m for path, text in texts.items() if (m := re.findall(OWN_GENDER[language], text))} == {}


BROKEN = {
    "no variant": ("Hello", "no variant"),
    "syntax": ("{# variant a #}\n{{ offer", "broken"),
    "loop": ("{# variant a #}\n{% for c in offer %}{{ c }}{% endfor %}", "may not use for"),
    "attribute": ("{# variant a #}\n{{ offer.__class__ }}", "may not use getattr"),
    "call": ("{# variant a #}\n{{ offer() }}", "may not use call"),
    "arithmetic": ("{# variant a #}\n{{ 'x' * 999999999 }}", "may not use mul"),
    "include": ("{# variant a #}\n{% include '/etc/passwd' %}", "may not use include"),
    "filter": ("{# variant a #}\n{{ offer | attr('x') }}", "No filter named"),
    "twice": ("{# variant a #}\nx\n{# variant a #}\ny", "named 'a'"),
    "endless": ("{# variant a #}\n" + "x" * 30_000, "longer than"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_template_is_a_config_error_with_its_line(name: str) -> None:
    text, words = BROKEN[name]
    source = read_rules()
    path = "templates/en/close_out.j2"
    own = {**source.origins, path: "own/close_out.j2"}
    broken = replace(source, texts={**source.texts, path: text}, origins=own)
    with pytest.raises(ConfigError) as caught:
        Templates.build(broken)
    assert any(words in p.what and p.where.startswith("own/close_out.j2") for p in caught.value.problems)


@pytest.mark.parametrize(
    ("table", "entry", "words"),
    [
        ("push", {"shout": {"pattern": "(", "match": ["a"], "no_match": ["b"], "en": "x"}}, "push.yaml:"),
        ("conventions", {"german": {"form": "shouting"}}, "form"),
        ("draft_limits", {"body": {"max_words": 0}}, "max_words"),
        ("draft_limits", {"body": {"enabled": False}}, "missing or switched off"),
        ("titles", {"mr": {"colour": "red"}}, "not a known key"),
    ],
)
def test_a_wrong_rule_names_its_place(tmp_path: Path, table: str, entry: dict[str, object], words: str) -> None:
    (tmp_path / f"{table}.yaml").write_text(yaml.safe_dump(entry))
    with pytest.raises(ConfigError) as caught:
        DraftingRules.build(read_rules(tmp_path))
    assert words in str(caught.value)


def test_no_country_has_two_conventions() -> None:
    countries = [c for e in templates().rules.conventions.values() for c in e.countries]
    assert len(countries) == len(set(countries))
    assert all(len(c) == 2 and c.isupper() for c in countries)
    assert templates().rules.convention("").form == "title_surname"
