# ruff: noqa: E501 - header blocks stand as they come
"""The buyer inside a mail that a colleague passed on, in the forms of many mail programs."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from followupd.model import Direction, Message, Own, Reach
from followupd.reading.parse import read
from followupd.reading.threads import thread_all

OWN = Own(frozenset({"amy@factory.example"}), frozenset({"factory.example"}))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BOSS = "Wang Lei <boss@factory.example>"
ASKED = "Please quote 300 pcs of valve DN25."


def mail(subject: str, text: str, sender: str = BOSS, attached: EmailMessage | None = None) -> Message:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = sender, "amy@factory.example", subject
    raw["Message-ID"], raw["Date"] = "<fwd@factory.example>", "Mon, 23 Nov 2026 16:00:00 +0800"
    raw.set_content(text)
    if attached is not None:
        raw.add_attachment(attached)
    return read(raw.as_bytes(), own=OWN, internaldate=NOW)


BLOCKS = [
    ("gmail", "Fwd: Valves", "---------- Forwarded message ---------\nFrom: Anna Kern <anna@kern.example>\nDate: Fri, Nov 20, 2026 at 3:15 PM\nSubject: Valves\nTo: <boss@factory.example>\n\n\n"),
    ("gmail es", "Fwd: Valves", "---------- Forwarded message ---------\nDe: Anna Kern <anna@kern.example>\nDate: vie, 20 nov 2026 a las 15:15\nSubject: Valves\nTo: <boss@factory.example>\n\n"),
    ("outlook", "FW: Valves", "From: Anna Kern <anna@kern.example>\nSent: Friday, November 20, 2026 3:15 PM\nTo: boss@factory.example\nSubject: Valves\n\n"),
    ("outlook de", "WG: Valves", "Von: Anna Kern <anna@kern.example>\nGesendet: Freitag, 20. November 2026 15:15\nAn: boss@factory.example\nBetreff: Valves\n\n"),
    ("outlook fr", "TR: Valves", "De : Anna Kern <anna@kern.example>\nEnvoyé : vendredi 20 novembre 2026 15:15\nÀ : boss@factory.example\nObjet : Valves\n\n"),
    ("outlook es", "RV: Valves", "De: Anna Kern <anna@kern.example>\nEnviado: viernes, 20 de noviembre de 2026 15:15\nPara: boss@factory.example\nAsunto: Valves\n\n"),
    ("outlook it", "I: Valves", "Da: Anna Kern <anna@kern.example>\nInviato: venerdì 20 novembre 2026 15:15\nA: boss@factory.example\nOggetto: Valves\n\n"),
    ("outlook pt", "ENC: Valves", "De: Anna Kern <anna@kern.example>\nEnviado: sexta-feira, 20 de novembro de 2026 15:15\nPara: boss@factory.example\nAssunto: Valves\n\n"),
    ("outlook ru", "FW: Valves", "От: Anna Kern <anna@kern.example>\nОтправлено: 20 ноября 2026 г. 15:15\nКому: boss@factory.example\nТема: Valves\n\n"),
    ("outlook tr", "FW: Valves", "Kimden: Anna Kern <anna@kern.example>\nGönderilme: 20 Kasım 2026 Cuma 15:15\nKime: boss@factory.example\nKonu: Valves\n\n"),
    ("arabic", "FW: Valves", "من: Anna Kern <anna@kern.example>\nتاريخ الإرسال: 20 نوفمبر 2026 15:15\nإلى: boss@factory.example\nالموضوع: Valves\n\n"),
    ("qq", "转发: Valves", "------------------ 原始邮件 ------------------\n发件人: \"Anna Kern\"<anna@kern.example>;\n发送时间: 2026年11月20日(星期五) 下午3:15\n收件人: \"boss\"<boss@factory.example>;\n主题: Valves\n\n"),
    ("foxmail", "转发: Valves", "发件人： Anna Kern\n<anna@kern.example>\n发送时间： 2026-11-20 15:15\n收件人： boss\n主题： Valves\n\n"),
    ("apple", "Fwd: Valves", "Begin forwarded message:\n\n> From: Anna Kern <anna@kern.example>\n> Subject: Valves\n> Date: 20 November 2026 at 15:15:00 GMT+8\n> To: boss@factory.example\n> \n> "),
]  # fmt: skip


@pytest.mark.parametrize(("case", "subject", "block"), BLOCKS, ids=[b[0] for b in BLOCKS])
def test_the_buyer_is_inside(case: str, subject: str, block: str) -> None:
    found = mail(subject, f"Amy, please handle, big customer!\n\n{block}{ASKED}\n")
    assert found.via is not None, found.new_text
    assert (found.sender.email, found.sender.name, found.subject) == ("anna@kern.example", "Anna Kern", "Valves")
    assert (found.new_text, found.direction, found.via.reach) == (ASKED, Direction.IN, Reach.DIRECT)
    assert found.via.note == "Amy, please handle, big customer!"
    assert found.via.by.email == "boss@factory.example"
    assert found.date == datetime(2026, 11, 20, 7, 15, tzinfo=UTC)


def inner(sender: str = "Anna Kern <anna@kern.example>") -> EmailMessage:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"], raw["Date"] = (
        sender,
        "boss@factory.example",
        "Valves",
        "Fri, 20 Nov 2026 08:15:00 +0100",
    )
    raw.set_content(ASKED)
    return raw


def test_a_mail_that_hangs_at_the_colleagues() -> None:
    found = mail("Fwd: Valves", "see attached", attached=inner())
    assert (found.sender.email, found.new_text, found.date.hour) == ("anna@kern.example", ASKED, 7)


def test_a_strangers_forward_is_just_a_mail() -> None:
    found = mail("Fwd: Valves", f"{BLOCKS[0][2]}{ASKED}", sender="Bo <bo@stranger.example>")
    assert (found.via, found.sender.email) == (None, "bo@stranger.example")


def test_a_colleagues_answer_with_its_history_is_ours() -> None:
    found = mail("RE: Valves", f"We deliver in May.\n\n{BLOCKS[2][2]}{ASKED}")
    assert (found.via, found.direction) == (None, Direction.OUT)


def test_our_own_words_passed_on_are_ours() -> None:
    block = BLOCKS[0][2].replace("anna@kern.example", "tom@factory.example")
    assert mail("Fwd: Valves", f"{block}{ASKED}").via is None


def test_a_forward_of_a_forward() -> None:
    outer = (
        BLOCKS[2][2]
        .replace("Anna Kern <anna@kern.example>", "Tom <tom@factory.example>")
        .replace("Subject: Valves", "Subject: FW: Valves")
    )
    assert mail("FW: Valves", f"{outer}fyi\n\n{BLOCKS[2][2]}{ASKED}").sender.email == "anna@kern.example"


def test_without_an_address_nobody_is_guessed() -> None:
    found = mail(
        "FW: Valves", f"{BLOCKS[2][2].replace(' <anna@kern.example>', '')}{ASKED}\n\nAnna Kern\nanna@kern.example"
    )
    assert found.via is not None
    assert (found.via.reach, found.sender.name, found.sender.domain) == (Reach.ASK, "Anna Kern", "forward.invalid")


def test_a_notice_of_a_platform_inside() -> None:
    block = BLOCKS[0][2].replace("Anna Kern <anna@kern.example>", "Alibaba.com <feedback@service.alibaba.com>")
    block = block.replace("Subject: Valves", "Subject: You have a new inquiry: Ida Voss has sent you an inquiry")
    found = mail("Fwd: inquiry", f"yours\n\n{block}Message:\nPrice for 40?")
    assert found.via is not None
    assert (found.via.platform, found.via.name, found.via.note, found.new_text) == (
        "alibaba",
        "Ida Voss",
        "yours",
        "Price for 40?",
    )


def test_the_thread_is_the_buyers() -> None:
    passed = mail("Fwd: Valves", f"{BLOCKS[0][2]}{ASKED}")
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"], raw["Message-ID"] = (
        "anna@kern.example",
        "amy@factory.example",
        "Re: Valves",
        "<2@kern.example>",
    )
    raw.set_content("Any news?")
    later = read(raw.as_bytes(), own=OWN, internaldate=NOW)
    threads = thread_all([later, passed], OWN)
    assert [t.buyer.email for t in threads] == ["anna@kern.example"]


def test_a_date_that_cannot_be_told_is_the_arrival() -> None:
    block = BLOCKS[2][2].replace("Friday, November 20, 2026 3:15 PM", "03/04/2026 15:15")
    assert mail("FW: Valves", f"{block}{ASKED}").date == mail("x", "y").date
