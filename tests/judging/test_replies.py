"""What a buyer's answer means (DOMAIN 5): a sentence per case, all written for this test."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from judging_at_hand import MONDAY, mail, tables

from followupd.judging.replies import ReplyReading, judge_reply
from followupd.model import Direction, Kind, Side

SENTENCES = Path(__file__).with_name("reply_sentences.txt")


def rows() -> list[tuple[str, str]]:
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(" | ", 1) for line in lines if " | " in line and not line.startswith("#")]
    return [(type, text.replace("\\n", "\n")) for type, text in pairs]


def read(text: str, kind: Kind = Kind.REPLY, **more: object) -> ReplyReading:
    language = "en" if text.isascii() else "und"
    message = mail(text, **{"direction": Direction.IN, "language": language, **more})  # type: ignore[arg-type]
    return judge_reply(message, tables(), kind=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(("wanted", "text"), rows(), ids=[t[:60] for _, t in rows()])
def test_a_sentence_is_read_as_its_type(wanted: str, text: str) -> None:
    assert read(text, Kind.BOUNCE if wanted == "bounce" else Kind.REPLY).type == wanted


def test_every_reply_type_has_sentences() -> None:
    known = {t.id for t in tables().replies.types}
    count = Counter(type for type, _ in rows())
    assert known <= set(count)
    assert sum(count.values()) >= 120


PRECEDENCE = [
    ("order beats target", "We accept USD 2.10, please send the PI.", "send_pi"),
    ("target beats high", "Your price is too high, our target is USD 2.10.", "target_price"),
    ("high beats sample", "The price is too high. Can you send a sample?", "price_high"),
    ("complaint beats order", "12 lamps arrived broken. Please send the PI for the next order.", "complaint"),
    ("stop beats everything human", "Your price is too high. Please remove us from your list.", "stop"),
    ("waiting beats holding", "We are waiting for our client and will revert.", "waiting_client"),
    ("holding beats question", "We will come back to you next week. What is the carton size?", "holding"),
    ("question beats ack", "Thanks. What is the carton size?", "question"),
]


OUTWEIGHED = [
    ("we are not interested in the small one, quote the large one please", "question"),
    ("We are no longer interested.", "lost"),
    ("We'll get back to you after the board meeting on 12 Dec", "holding"),
    ("We are waiting for the board's approval.", "waiting_client"),
    ("Thanks, nothing needed for now", "no_need_now"),
    ("Nothing for now, thank you", "no_need_now"),
    ("No need to send samples, just send the PI", "send_pi"),
]


@pytest.mark.parametrize(("text", "wanted"), OUTWEIGHED, ids=[t[:40] for t, _ in OUTWEIGHED])
def test_a_phrase_counts_as_the_sentence_reads(text: str, wanted: str) -> None:
    assert read(text).type == wanted


@pytest.mark.parametrize(("case", "text", "wanted"), PRECEDENCE, ids=[c[0] for c in PRECEDENCE])
def test_the_graver_type_wins(case: str, text: str, wanted: str) -> None:
    assert read(text).type == wanted


UNTIL = [
    ("a day", "I am out of the office until 30 Nov.", date(2026, 11, 30)),
    ("the return in a sentence of its own", "I am out of office. I will be back on 7 December.", date(2026, 12, 7)),
    ("a span", "I am on leave from 24 November to 4 December.", date(2026, 12, 4)),
    ("a weekday", "Out of office, returning Monday.", date(2026, 11, 30)),
    ("over the new year", "I am on vacation until 5 January.", date(2027, 1, 5)),
    ("ambiguous figures: the later", "I am out of office until 02/12/2026", date(2026, 12, 2)),
    ("a quarter", "No need at the moment, please check again in Q2.", date(2027, 4, 1)),
    ("a month", "We are not buying now, contact us in March.", date(2027, 3, 1)),
    ("a feast", "No plan at the moment, let's talk after Chinese New Year.", date(2027, 2, 20)),
    ("a decision", "The tender result will be announced on 15 January.", date(2027, 1, 15)),
    ("no day", "We will revert soon.", None),
    ("German", "Ich bin bis 4. Dezember nicht im Büro.", date(2026, 12, 4)),
    ("Chinese", "我正在休假，12月1日回来上班。", date(2026, 12, 1)),
]


@pytest.mark.parametrize(("case", "text", "wanted"), UNTIL, ids=[c[0] for c in UNTIL])
def test_the_day_they_name(case: str, text: str, wanted: date | None) -> None:
    assert read(text).until == wanted


def test_an_ambiguous_day_is_marked() -> None:
    found = read("I am out of office until 02/12/2026", date=datetime(2026, 1, 20, tzinfo=UTC))
    assert (found.until, found.ambiguous) == (date(2026, 12, 2), True)


def test_an_open_question_is_told_whatever_the_type() -> None:
    assert read("We wait for our client. Meanwhile, can you send the drawing?").asks
    assert not read("We are waiting for our client.").asks


AUTO = [
    ("away", "I am out of office until 30 Nov", "ooo"),
    ("left for good", "Anna has left the company. Please write to our procurement department.", "redirect"),
    ("a ticket", "Your request has been received and a ticket #4411 was created.", None),
]


@pytest.mark.parametrize(("case", "text", "wanted"), AUTO, ids=[c[0] for c in AUTO])
def test_the_note_of_a_machine(case: str, text: str, wanted: str | None) -> None:
    assert read(text, Kind.AUTO_REPLY).type == wanted


def test_the_subject_alone_can_say_it() -> None:
    assert read("Back soon.", Kind.AUTO_REPLY, subject="Automatic reply: Offer Q-118").type == "ooo"


FOOTERS = [
    "Thanks for the offer.\nTo opt out of these mails click here.",
    "Noted, thank you.\nDo not hesitate to contact us.",
]


@pytest.mark.parametrize("text", FOOTERS)
def test_a_footer_is_no_stop_wish(text: str) -> None:
    assert read(text).type != "stop"


def test_quoted_history_does_not_answer() -> None:
    found = read("Ok thanks", whole="Ok thanks\n> please unsubscribe me", quoted="> please unsubscribe me")
    assert found.type == "ack"


def test_an_empty_mail_is_unclassified() -> None:
    assert read("").type == "unclassified"


def test_the_effects_say_whose_move_it_is() -> None:
    replies = tables().replies
    them = {t.id for t in replies.types if t.move is Side.THEM and t.entry.effect.turn == "them"}
    assert them == {"ack", "holding", "waiting_client", "no_need_now", "ooo"}
    assert replies.effect("something of tomorrow").turn == "us"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["please " * 3000, "no " * 6000, "price " * 3000, "the sample " * 2000, "\n" * 40000, "x" * 80000]
)
def test_hostile_repetition_costs_little(text: str) -> None:
    read(text, date=MONDAY)


@pytest.mark.parametrize(
    ("text", "language", "never"),
    [
        ("Ahora no puedo, te tendré en cuenta para otra vez.", "es", "bank_change"),
        ("Больше этим не занимаюсь, пишите Ольге.\n\n+7 495 000 11 22.", "ru", "target_price"),
        ("Zwei Muster bitte an:\nNordlicht Werkzeuge GmbH,\nHafenweg 3", "de", "send_pi"),
        ("Dos dudas:\n1. ¿Qué grosor tiene?\n2. ¿Viene con funda?", "es", "target_price"),
    ],
)
def test_what_says_nothing_reads_like_nothing(text: str, language: str, never: str) -> None:
    """A number to ring, the mark of a list and the name of a firm in an address are no words of the buyer's."""
    assert read(text, language=language).type != never
