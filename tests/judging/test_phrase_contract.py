"""Every phrase and every reply type keeps its own examples; new entries are picked up unasked."""

from __future__ import annotations

import pytest
from judging_at_hand import tables

from followupd.errors import ConfigError
from followupd.judging.reply_tables import ReplyRules, ReplyType
from followupd.judging.term_tables import FACTS, Phrase, TermRules
from followupd.rulesource import Entry, RuleSource
from followupd.yamlfile import parse_yaml

PHRASES = [p for fact in FACTS for p in tables().phrases.of(fact)]
TYPES = list(tables().replies.types)


def says(type: ReplyType, text: str) -> bool:
    hit = any(group.search(text) for group in type.patterns.values())
    return hit and not type.unless.search(text)


@pytest.mark.parametrize("phrase", PHRASES, ids=[f"{p.language}:{p.id}" for p in PHRASES])
def test_a_phrase_keeps_its_examples(phrase: Phrase) -> None:
    assert phrase.match, "a phrase needs an example"
    assert [t for t in phrase.match if not any(p.search(t) for p in phrase.patterns)] == []
    assert [t for t in phrase.no_match if any(p.search(t) for p in phrase.patterns)] == []


@pytest.mark.parametrize("type", TYPES, ids=[t.id for t in TYPES])
def test_a_reply_type_keeps_its_examples(type: ReplyType) -> None:
    assert type.entry.match
    assert type.entry.no_match
    assert [t for t in type.entry.match if not says(type, t)] == []
    assert [t for t in type.entry.no_match if says(type, t)] == []


def test_every_precedence_is_its_own() -> None:
    ranks = [t.entry.precedence for t in TYPES]
    assert len(set(ranks)) == len(ranks)


def source(table: str, text: str) -> RuleSource:
    file = parse_yaml(text, f"rules/{table}.yaml")
    return RuleSource({table: {id: Entry(id, data, ((file, (id,)),)) for id, data in file.data.items()}})


def test_a_broken_pattern_names_its_line() -> None:
    text = "fine: {precedence: 1, zh: 甲, en: a}\nbad: {precedence: 2, zh: 乙, en: b, patterns: {en: ['(']}}\n"
    with pytest.raises(ConfigError, match=r"rules/replies\.yaml:2"):
        ReplyRules.build(source("replies", text))


def test_all_mistakes_are_told_at_once() -> None:
    text = "one: {fact: moq, patterns: ['MOQ']}\ntwo: {fact: weather, patterns: ['sun']}\nthree: {fact: moq}\n"
    with pytest.raises(ConfigError) as caught:
        TermRules.build(source("phrases/en", text))
    assert len(caught.value.problems) >= 2


def test_a_pattern_without_its_group_is_told() -> None:
    with pytest.raises(ConfigError, match="needs the group"):
        TermRules.build(source("phrases/en", "one: {fact: moq, patterns: ['MOQ 5']}\n"))
