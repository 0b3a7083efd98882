"""Does a buyer who names what we asked for count as more serious, and one who passes over it twice as less?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from followupd.judging.tables import JudgingRules
from followupd.rulesource import read_rules
from tests.judging.test_thread_facts import Talk, rules

FIRST = "Dear Lily,\nplease send a quotation for LED work lamps.\nAnna Kern"


def _signs(talk: Talk) -> dict[str, float]:
    facts = talk.facts()
    assert facts.inquiry is not None
    return {h.signal: h.points for h in facts.inquiry.hits if h.signal.endswith("_questions")}


@pytest.mark.parametrize(
    ("language", "asked", "answered"),
    [
        ("en", "How many do you need, and for which port?", "We need 3,000 pcs, to Hamburg."),
        ("de", "Welche Menge brauchen Sie?", "Wir brauchen 3.000 Stück."),
        ("zh", "请问需要的数量是多少？", "我们要3000只。"),
        ("ru", "Какое количество вам нужно?", "Нам нужно 3000 шт."),
        ("tr", "Kaç adet lazım?", "3.000 adet."),
        ("ar", "ما الكمية المطلوبة؟", "نحتاج 3000 قطعة."),
    ],
)
def test_data_in_the_answer_counts_for_him(language: str, asked: str, answered: str) -> None:
    talk = Talk().they(0, FIRST).we(1, f"Dear Ms. Kern,\n{asked}", language=language)
    before = talk.facts().inquiry
    after = talk.they(2, answered, language=language).facts().inquiry
    assert before is not None
    assert after is not None
    assert after.score == before.score + 3
    hit = after.hits[-1]
    assert (hit.signal, hit.points) == ("answers_questions", 3)
    assert "3" in hit.evidence
    assert hit.en
    assert hit.zh


def test_questions_passed_over_twice_count_against_him() -> None:
    talk = Talk().they(0, FIRST).we(1, "Which quantity do you need?").they(2, "Send me your best price please.")
    assert _signs(talk) == {}, "once is nothing"
    talk = talk.we(3, "Gladly: which size and quantity?").they(4, "I wait for your price.")
    assert _signs(talk) == {"ignores_questions": -3}


def test_thanks_and_a_mail_without_our_question_are_nothing() -> None:
    assert _signs(Talk().they(0, FIRST).we(1, "Here is our catalogue.").they(2, "We need 3,000 pcs.")) == {}
    talk = Talk().they(0, FIRST).we(1, "Which quantity?").they(2, "Thanks, noted.").we(3, "Which quantity?").they(4, "Thank you, received.")
    assert _signs(talk) == {}


@pytest.mark.timeout(400)
def test_the_points_are_those_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "signals.yaml").write_text("answers_questions:\n  points: 1.5\nignores_questions:\n  enabled: false\n", encoding="utf-8")
    own = replace(rules(), signals=JudgingRules.build(read_rules(tmp_path)).signals)  # all else is learnt and compiled already
    talk = Talk().they(0, FIRST).we(1, "How many do you need?")
    answered = Talk().they(0, FIRST).we(1, "How many do you need?").they(2, "We need 3,000 pcs.").facts(own)
    before = talk.facts(own).inquiry
    assert before is not None
    assert answered.inquiry is not None
    assert answered.inquiry.score == before.score + 1.5
    silent = Talk().they(0, FIRST).we(1, "Which quantity?").they(2, "Best price please.").we(3, "Which size?").they(4, "I wait for your price.").facts(own)
    assert silent.inquiry is not None
    assert not [h for h in silent.inquiry.hits if h.signal == "ignores_questions"]
