"""Does a buyer who names what we asked for count as more serious, and one who passes over it twice as less?"""

from __future__ import annotations

import pytest

from tests.judging.test_thread_facts import Talk

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
