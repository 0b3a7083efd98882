"""The lint and the layout in scripts and grammars other than English."""

from __future__ import annotations

import unicodedata
from email import message_from_bytes, policy

import pytest
from drafting_makers import ME, NOW, decision, facts, templates, thread
from test_golden_languages import BUYERS, CASES, evidence

from followupd.drafting.compose import compose, likeness
from followupd.drafting.flow import Line, flow
from followupd.drafting.lint import Sources, lint, sentences, words_of

RULES = templates().rules
GOOD = {
    "de": "unser Angebot Q-118 über Lampen gilt bis zum 30. November 2026. Was Sie bis dahin bestätigen, liefern wir zu "
    "diesem Preis, Sie können also sicher damit rechnen.\n\nWelche Menge darf ich für Sie vormerken?",
    "fr": "Le prix de notre offre Q-118 est garanti jusqu'au 30 novembre 2026. Je vous le signale à l'avance, afin que vous "
    "puissiez décider à votre rythme avec un chiffre fiable.\n\nQuelle quantité vous conviendrait ?",
    "ru": "Цена в нашем предложении Q-118 сохраняется до 30 ноября 2026 года. Сообщаю заранее, чтобы Вы могли решать в удобном "
    "темпе и с надёжной цифрой. Все условия остаются прежними.\n\nКакое количество Вам подошло бы?",
    "ar": "يبقى السعر في عرضنا رقم Q-118 ثابتاً حتى 30 نوفمبر 2026. أخبركم بذلك مسبقاً لتقرروا على مهل وبرقم يمكن الاعتماد عليه، "
    "وتبقى الشروط كما هي.\n\nما الكمية المناسبة لكم؟",
    "zh": "我们的Q-118号报价有效期到2026年11月30日。在此日期之前确认的订单都按这个价格执行，您可以放心核算。请问要为您预留多少数量？",
}
VALUES = {
    "de": ("Q-118", "30. November 2026"), "fr": ("Q-118", "30 novembre 2026"), "ru": ("Q-118", "30 ноября 2026 года"),
    "ar": ("Q-118", "30 نوفمبر 2026"), "zh": ("Q-118", "2026年11月30日"),
}  # fmt: skip


def broken(language: str, text: str) -> set[str]:
    sources = Sources(VALUES[language])
    problems = lint(f"x\n\n{text}", sources, RULES, topic="validity_ending", salutation="x", language=language)
    return {p.where for p in problems}


@pytest.mark.parametrize("language", GOOD)
def test_a_good_text_passes(language: str) -> None:
    assert broken(language, GOOD[language]) == set()


REFUSED = [
    ("zh", "another day", "11月30日", "11月29日", "untraced"),
    ("zh", "a figure from nowhere", "这个价格", "99这个价格", "untraced"),
    ("zh", "a number word", "都按", "都便宜三成，按", "untraced"),
    ("zh", "a Latin name", "订单", "Walmart的订单", "untraced"),
    ("zh", "two questions", "核算。", "核算，好吗？", "questions"),
    ("zh", "a moving day", "在此日期之前", "明天之前", "relative_days"),
    ("zh", "a push", "您可以放心核算", "请尽快确认", "push.reply_fast"),
    ("zh", "too short", "在此日期之前确认的订单都按这个价格执行，您可以放心核算。", "", "length"),
    ("zh", "a second topic", "您可以放心核算", "我们可以给您寄样品", "two_topics.sample"),
    ("ar", "another month", "نوفمبر", "ديسمبر", "untraced"),
    ("ar", "a number word", "ثابتاً", "ثابتاً بنسبة عشرة", "untraced"),
    ("ar", "two questions", "كما هي.", "كما هي، أليس كذلك؟", "questions"),
    ("ar", "a push", "أخبركم بذلك مسبقاً", "نرجو الرد في أقرب وقت", "push.reply_fast"),
    ("ru", "a name", "Все условия", "Условия для Газпрома", "untraced"),
    ("ru", "another month", "30 ноября", "30 декабря", "untraced"),
    ("ru", "a month alone", "Все условия остаются прежними", "Так будет и в марте", "untraced"),
    ("ru", "a push", "Сообщаю заранее", "Напоминаем", "push.reminder"),
    ("ru", "a moving day", "заранее", "сегодня", "relative_days"),
    ("fr", "a month alone", "à votre rythme", "en mars", "untraced"),
    ("fr", "a number word", "un chiffre", "deux chiffres", "untraced"),
    ("fr", "a figure behind an elision", "à l'avance", "jusqu'à l'11 novembre", "untraced"),
    ("fr", "a push", "à l'avance", "dès que possible", "push.reply_fast"),
    ("de", "another day", "30. November", "29. November", "untraced"),
    ("de", "a number word", "diesem Preis", "zwölf Prozent weniger", "untraced"),
    ("de", "a push", "Was Sie bis dahin", "Haben Sie unser Angebot erhalten, was Sie bis dahin", "push.did_you_get"),
    ("de", "an English push", "also sicher", "also asap", "push.as_soon_as_possible"),
    ("de", "a second topic", "also sicher damit rechnen", "auf unsere Messe kommen", "two_topics.event"),
]


@pytest.mark.parametrize(("language", "what", "old", "new", "rule"), REFUSED, ids=[f"{r[0]} {r[1]}" for r in REFUSED])
def test_what_is_refused_names_its_rule(language: str, what: str, old: str, new: str, rule: str) -> None:
    assert old in GOOD[language]
    assert rule in broken(language, GOOD[language].replace(old, new)), what


@pytest.mark.parametrize(
    ("language", "text", "words", "found"),
    [
        ("zh", "我们的报价有效期到月底。您看可以吗？好的", 11, 3),
        ("zh", "请看LED工作灯的价格。", 6, 1),
        ("ar", "هل يناسبكم هذا؟ نعم يناسبنا. شكراً", 6, 3),
        ("de", "Das gilt bis 30. November 2026. Danach nicht.", 8, 2),
        ("ru", "Цена 2 USD/шт. FOB Ningbo. Срок известен.", 7, 2),
        ("es", "El Sr. García decide. ¿Le parece?", 6, 2),
    ],
)
def test_words_and_sentences_are_counted_as_readers_do(language: str, text: str, words: int, found: int) -> None:
    spoken = RULES.languages[language]
    assert words_of(text, spoken) == words
    assert len(sentences(text, spoken)) == found


def test_chinese_texts_are_compared_by_characters() -> None:
    assert likeness("我们的报价有效期到月底", "我们的报价有效期到下个月底") > 0.5
    assert likeness("我们的报价有效期到月底", "计划有变动很正常，以后再谈") < 0.1


def strong(text: str) -> str:
    return next((d for c in text if (d := unicodedata.bidirectional(c)) in {"L", "R", "AL"}), "")


@pytest.mark.parametrize("topic", [topic for language, topic in CASES if language == "ar"])
def test_every_line_of_an_arabic_draft_runs_from_right_to_left(topic: str) -> None:
    """A client takes the direction of a line from its first letter."""
    draft = compose(
        decision(topic, {**evidence("ar", topic), "quote_number": "BL-2026-118"}),
        thread(), facts(language="ar", **BUYERS["ar"]), ME, templates(), NOW,
    )  # fmt: skip
    text = str(message_from_bytes(draft.raw, policy=policy.default).get_content())  # type: ignore[attr-defined]
    own = text.partition("Li Wei")[0]
    assert {strong(line) for line in own.splitlines() if line.strip()} == {"AL"}


def test_lines_of_other_scripts_break_where_they_did() -> None:
    text = "Our offer Q-118 for LED work lamps at USD 2.35 per pc FOB Ningbo is valid until 30 Nov 2026."
    assert flow([Line(text)]).splitlines()[0].endswith("FOB Ningbo is valid ")


def test_a_french_question_mark_stays_with_its_word() -> None:
    mended = RULES.languages["fr"].mended("Quelle quantité vous conviendrait ?")
    assert mended == "Quelle quantité vous conviendrait\u00a0?"
    for width in range(30, 80):
        assert "\n?" not in flow([Line(f"{'x' * width} {mended}")])
