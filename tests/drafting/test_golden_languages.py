"""Drafts of every topic in every language as a native would read them: one committed file per language and topic.

After a wanted change: ``FOLLOWUPD_UPDATE_GOLDEN=1 pytest tests/drafting/test_golden_languages.py``, and read every changed file.
"""

from __future__ import annotations

import re
from calendar import month_abbr
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from drafting_makers import FULL, ME, NEWS, NOW, TOLD, WISHES, decision, facts, mail, templates, thread
from test_golden import check

from followupd.drafting.compose import compose
from followupd.drafting.lint import LintFailed
from followupd.drafting.values import clean_evidence, template_values
from followupd.lab.room import shipped_in_force
from followupd.model import Draft

HERE = Path(__file__).parent / "golden"
LANGUAGES = sorted(language for language in templates().rules.languages if language != "en")
CASES = [(language, topic) for language in LANGUAGES for topic in templates().topics(language)]

ALL_TOPICS = frozenset(
    "after_sales alternative ask_demand close_out complete_quote event first_reply forwardable_help greeting lead_time_slot peer_stimulus reorder"
    " requote sample_feedback sample_offer supplier_shutdown validity_ended validity_ending void_notice".split()
)

BUYERS: dict[str, dict[str, Any]] = {
    "ar": {"name": "أحمد الراشد", "title": "Mr.", "country": "AE"},
    "de": {"name": "Anna Nowak", "title": "Ms.", "country": "DE"},
    "es": {"name": "Carlos García", "title": "Sr.", "country": "MX"},
    "fr": {"name": "Claire Dupont", "title": "Ms.", "country": "FR"},
    "it": {"name": "Marco Rossi", "title": "Dott.", "country": "IT"},
    "pt": {"name": "João Silva", "title": "Mr.", "country": "BR"},
    "ru": {"name": "Анна Петровна Смирнова", "title": "", "country": "RU"},
    "tr": {"name": "Mehmet Kaya", "title": "Mr.", "country": "TR"},
    "zh": {"name": "王芳", "title": "Ms.", "country": "CN"},
}
GOODS = {
    "ar": "مصابيح عمل LED", "de": "LED-Arbeitsleuchten", "es": "lámparas de trabajo LED", "fr": "lampes de travail LED",
    "it": "lampade da lavoro LED", "pt": "luminárias de trabalho LED", "ru": "светодиодные рабочие лампы",
    "tr": "LED çalışma lambası", "zh": "LED工作灯",
}  # fmt: skip
WAITING = {
    "ar": "ننتظر رد العميل", "de": "ich warte auf meinen Kunden", "es": "lo tiene mi jefe", "fr": "j'attends mon client",
    "it": "aspetto la direzione", "pt": "espero o meu cliente", "ru": "жду решения клиента", "tr": "müşterimizi bekliyoruz",
    "zh": "等领导决定",
}  # fmt: skip
MORE: dict[str, dict[str, str]] = {"validity_ended": {"valid_until": "2026-11-20"}, **TOLD}
"""What a topic's own fact is, where the evidence of all does not hold it."""


def evidence(language: str, topic: str) -> dict[str, str]:
    """All that can be known."""
    told = {"product": GOODS[language]}
    if topic == "forwardable_help":
        told["waiting_for"] = WAITING[language]
    if topic == "event":
        told[f"event_{language}"] = NEWS[language]
    if topic == "greeting":
        told[f"wish_{language}"] = WISHES[language]
    return {**FULL, **told, **MORE.get(topic, {})}


def least(language: str, topic: str) -> dict[str, str]:
    """The topic's fact and the number of the offer."""
    wanted = {
        "valid_until",
        "missing",
        "month_later",
        "quote_number",
        *MORE.get(topic, {}),
        "event_en",
        f"event_{language}",
        f"wish_{language}",
    }
    return {name: value for name, value in evidence(language, topic).items() if name in wanted}


def made(
    language: str, topic: str, known: dict[str, str], buyer: dict[str, Any], previous: tuple[str, ...] = ()
) -> Draft:
    return compose(
        decision(topic, known), thread(), facts(language=language, **buyer), ME, templates(), NOW, previous
    )  # fmt: skip


def drafts(language: str, topic: str) -> list[Draft]:
    """Three drafts to one buyer one after the other, and one to somebody whose gender and offer are hardly known."""
    found: list[Draft] = []
    for _ in range(3):
        seen = tuple(d.body for d in found)
        found.append(made(language, topic, evidence(language, topic), BUYERS[language], seen))
    return [
        *found,
        made(language, topic, least(language, topic), {**BUYERS[language], "name": "Alex Kim", "title": ""}),
    ]


def readable(draft: Draft) -> str:
    text = str(message_from_bytes(draft.raw, policy=policy.default).get_content())  # type: ignore[attr-defined]
    close = text.partition("Li Wei")[0].rstrip().rpartition("\n")[2]
    return f"{draft.body}\n\n{close}\n"


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_the_drafts_read_as_committed(language: str, topic: str) -> None:
    path = HERE / language / f"{topic}.txt"
    path.parent.mkdir(exist_ok=True)
    check(path, "\n----------\n\n".join(readable(d) for d in drafts(language, topic)).encode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_topics_can_be_written_in_every_language(language: str) -> None:
    assert ALL_TOPICS <= set(templates().topics(language)) <= set(templates().topics())


def test_no_file_is_left_without_a_case() -> None:
    assert {(p.parent.name, p.stem) for p in HERE.glob("*/*.txt")} == set(CASES)


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_three_drafts_to_one_buyer_do_not_read_alike(language: str, topic: str) -> None:
    bodies = [d.body.partition("\n\n")[2] for d in drafts(language, topic)[:3]]
    assert len(set(bodies)) == 3
    assert all(d.language == language for d in drafts(language, topic))


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_nothing_english_is_mixed_in(language: str, topic: str) -> None:
    """Latin letters in another script, and the words of English set phrases, come from the offer alone."""
    for draft in drafts(language, topic):
        text = draft.body.partition("\n\n")[2]
        known = " ".join(evidence(language, topic).values())
        foreign = set(re.findall(r"[A-Za-z]{2,}", text)) - set(re.findall(r"[A-Za-z]{2,}", known))
        if language in {"ar", "ru", "zh"}:
            assert not foreign
        assert not foreign & {"the", "our", "offer", "your", "pcs", "pc", "per", "and", "days", "after", "valid"}


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_three_wordings_pass_with_much_and_with_little_evidence(language: str, topic: str) -> None:
    rules = templates().rules
    for known in (evidence(language, topic), least(language, topic)):
        values = template_values(clean_evidence(decision(topic, known).evidence, rules), rules, language, NOW.date())
        fitting = templates().candidates(language, topic, values, "x")
        english = templates().candidates("en", topic, values, "x")
        assert len(fitting) >= min(3, len(english)), [v.name for v in fitting]


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_without_its_fact_a_topic_says_nothing_in_any_language(language: str, topic: str) -> None:
    with pytest.raises(LintFailed) as caught:
        made(language, topic, {}, BUYERS[language])
    assert caught.value.no_fact


@pytest.mark.parametrize("language", LANGUAGES)
def test_news_that_was_told_in_english_alone_goes_out_in_english_wholly(language: str) -> None:
    known = {name: value for name, value in evidence(language, "event").items() if name != f"event_{language}"}
    draft = made(language, "event", known, BUYERS[language])
    assert draft.language == "en"
    assert draft.body.startswith("Dear ")
    assert b"Best regards," in draft.raw


MONTH = rf"\b({'|'.join(month_abbr[1:])})(?=[a-z]* \d{{4}}\b)"


def figures(text: str) -> set[str]:
    """All figures of a text without the marks in them; of a date its day, its month and its year."""
    dates = {
        part for m in re.finditer(r"(\d{4})-(\d\d)-(\d\d)", text) for part in (m[1], str(int(m[2])), str(int(m[3])))
    }
    months = {str(list(month_abbr).index(m)) for m in re.findall(MONTH, text)}
    rest = re.sub(r"\d{4}-\d\d-\d\d", " ", text)
    return dates | months | {re.sub(r"\D", "", f) for f in re.findall(r"\d+(?:[.,]\d+|[ \u00a0]\d{3}(?!\d))*", rest)}


@pytest.mark.parametrize(("language", "topic"), CASES)
def test_every_figure_has_its_source_in_the_evidence_of_the_draft(language: str, topic: str) -> None:
    for draft in drafts(language, topic):
        known = figures(" | ".join(item.value for item in draft.evidence))
        assert figures(draft.body.partition("\n\n")[2]) - {"1º"} <= known


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_a_first_reply_that_was_sent_is_read_as_a_question_for_what_is_missing(language: str) -> None:
    """Else the thread would not stand in the stage ``qualifying`` after it, whatever is asked for."""
    judging = shipped_in_force().judging
    for variant in templates().variants[language, "first_reply"]:
        for wanted in ("goods, quantity, destination", "specification, certificates", "quantity, certificates", "destination, certificates"):
            known = {"wanted": wanted, "product": GOODS.get(language, "LED work lamps")}
            values = template_values(known, templates().rules, language, NOW.date())
            text = variant.render({n: v for n, v in values.items() if n in variant.needs})
            said = mail("r1@us", text=text, new_text=text, language=language)
            assert "qualifying" in [m.id for m in judging.moves.in_mail(said, judging.replies.calendar)], text
