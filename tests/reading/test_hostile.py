"""Mail is hostile (law 9): floods, nests, masks and mutations cost bounded time, and a Message or Quarantined comes out."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.errors import Quarantined
from followupd.model import Message, Own
from followupd.reading.marks import shipped_marks
from followupd.reading.normal import normalise, plain_letters
from followupd.reading.parse import read

OWN = Own(frozenset({"me@us.example"}), frozenset({"us.example"}))
HEAD = b"From: Ann <ann@buyer.example>\r\nTo: me@us.example\r\nMessage-ID: <1@buyer.example>\r\nSubject: Lamps\r\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
REPORT = (
    b"From: MAILER-DAEMON@x.example\r\nReturn-Path: <>\r\nContent-Type: multipart/report; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
)
FLOODS = {
    "deep html": HTML + b"<div>" * 150_000,
    "deep tables": HTML + b"<table><tr><td>" * 60_000,
    "a wide table": HTML + b"<table><tr>" + b"<td>x</td>" * 60_000,
    "a tall table": HTML + b"<table>" + b"<tr><td>x</td><td>y</td></tr>" * 4_900,
    "entities": HTML + b"&#x202e;&amp;" * 80_000,
    "an attribute without end": HTML + b"<a href='" + b"x" * 1_000_000,
    "many quotes": HTML + b"<blockquote type=cite>x</blockquote>y" * 7_000,
    "many hidden parts": HTML + b"<p style='display:none'>x</p>y" * 7_000,
    "a long style": HTML + b"<p style='" + b"font-size:0;" * 50_000 + b"'>x</p>",
    "angle brackets": HTML + b"<" * 1_000_000,
    "comments": HTML + b"<!--" * 200_000,
    "quoted lines": HEAD + b"\r\n" + b"> a\r\n" * 300_000,
    "attributions": HEAD + b"\r\n" + b"On 3 May 2026 a@b.example\r\n" * 30_000,
    "header blocks": HEAD + b"\r\n" + b"From: a\r\nTo: b\r\n\r\n" * 30_000,
    "parameters": HEAD + b"Content-Type: text/plain;" + b"\r\n name*1*=utf-8''%41;" * 4000 + b"\r\n\r\nhi",
    "header lines": HEAD + b"X-A: b\r\n" * 100_000 + b"\r\nhi",
    "recipients that failed": REPORT + b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n" * 20_000,
    "soft line breaks": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"a \r\n" * 200_000,
    "marks on one letter": HEAD + b"\r\n" + ("a" + "\u0301" * 300_000).encode(),
    "UTF-7": HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AAA-" * 100_000,
    "NULs": HEAD + b"\r\n" + b"\0" * 1_000_000,
}


def mail(raw: bytes) -> Message | None:
    try:
        return read(raw, own=OWN, internaldate=datetime(2026, 3, 2, 12, tzinfo=UTC))
    except Quarantined:
        return None


def check(message: Message | None) -> None:
    """What every mail that was read keeps to."""
    if message is None:
        return
    for value in (
        message.id,
        message.subject,
        message.sender.name,
        message.sender.email,
        message.new_text,
        message.text,
    ):
        assert not set(value) & set("\r\0\x1b\u202e\u200b")
        value.encode("utf-8")
    assert "\n" not in message.id + message.subject
    assert len(message.text) <= 100_000
    assert len(message.new_text) <= 100_100


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_costs_bounded_time(name: str) -> None:
    shipped_marks()
    start = time.perf_counter()
    check(mail(FLOODS[name]))
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    ("raw", "subject", "sender"),
    [
        (b"Subject: =?utf-8?Q?a=0D=0ABcc:=20x@y.example?=", "a Bcc: x@y.example", ""),
        (b"Subject: =?utf-8?B?" + b"A" * 3000 + b"?=", None, ""),
        (b"Subject: \x80\xff\xfe", None, ""),
        (b"Subject: a\x00b\x1b[31mc", "ab[31mc", ""),
        ("Subject: a\u202eb\u200bc".encode(), "abc", ""),
        (b"From: =?utf-8?Q?Ann=0A?= <ann@buyer.example>", "", "ann@buyer.example"),
        (b"From: Ann <ann@buyer.example\r\n", "", "ann@buyer.example"),
        (b'From: "ann@good.example" <evil@bad.example>', "", "evil@bad.example"),
        (b"From: " + b"(" * 5000 + b" ann@buyer.example", "", None),
        (b"From: " + b'"' * 5000 + b"<ann@buyer.example>", "", None),
        (b"Content-Type: text/plain; charset*=utf-8''utf%2D8; charset=\"x\"; name*0*=''%0d%0a", "", ""),
        (b"Content-Type: multipart/mixed; boundary=\"\"", "", ""),
        (b"Content-Transfer-Encoding: x-uuencode", "", ""),
        (b"Date: Thu, 99 Foo 99999 99:99:99 +9999", "", ""),
    ],
)  # fmt: skip
def test_abused_headers_stay_on_their_line(raw: bytes, subject: str | None, sender: str | None) -> None:
    message = mail(raw + b"\r\n\r\nhi\r\n")
    assert message is not None
    check(message)
    assert subject is None or message.subject == subject
    assert sender is None or message.sender.email == sender


@pytest.mark.parametrize("charset", [b'"utf-8\0"', b"a\0b", b"*=utf-8''a%00b", b"*=x''%ff"])
@pytest.mark.parametrize("kind", [b"text/plain", b"text/html", b"message/delivery-status", b"application/x-odd"])
def test_a_charset_that_is_no_name_costs_no_mail(kind: bytes, charset: bytes) -> None:
    said = b"charset" + charset if charset.startswith(b"*") else b"charset=" + charset
    message = mail(HEAD + b"Content-Type: " + kind + b"; " + said + b"\r\n\r\nGr\xc3\xbc\xc3\x9fe 500 pcs\r\n")
    assert message is not None
    assert not kind.startswith(b"text/") or "500 pcs" in message.text


def test_a_winmail_file_is_an_attachment_and_no_text() -> None:
    part = b"--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA\r\n--b--\r\n"
    message = mail(HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n" + part)
    assert message is not None
    assert (message.text, [a.filename for a in message.attachments]) == ("hi", ["winmail.dat"])


@pytest.mark.parametrize(
    ("masked", "plain"),
    [
        ("send the p\u0430ym\u0435nt", "send the payment"),
        ("ｐａｙｍｅｎｔ", "payment"),
        ("𝐩𝐚𝐲𝐦𝐞𝐧𝐭", "payment"),
        ("Просим выслать цены", "Просим выслать цены"),
        ("ΑΒΓ Ελλάδα", "ΑΒΓ Ελλάδα"),
        ("请报价：５００ＰＣＳ", "请报价：５００PCS"),
    ],
)
def test_masked_letters_are_matched_and_nothing_else_changes(masked: str, plain: str) -> None:
    assert plain_letters(masked) == plain
    assert len(plain_letters(masked)) == len(masked)


def test_a_masked_word_counts_and_is_shown_as_it_stands() -> None:
    from followupd.judging.tables import JudgingRules
    from followupd.rulesource import read_rules

    rule = JudgingRules.build(read_rules()).kinds["bounce_text"]
    assert rule.find("us\u0435r unknown", "en") == "us\u0435r unknown"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert len(plain_letters(once)) == len(once)


WHOLE = (
    HEAD.replace(b"Lamps", b"=?gb2312?B?sai829G5?=")
    + b"Date: Mon, 2 Mar 2026 10:00:00 +0800\r\nReferences: <a@b> <c@d>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="o"\r\n\r\n--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n'
    b"--i\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"Gr=C3=BC=C3=9Fe, 500 pcs\r\n\r\nOn 2 Mar 2026, Lily <l@x.example> wrote:\r\n> old\r\n--i\r\nContent-Type: text/html; charset=gbk\r\n\r\n"
    b"<div>Hi <b>500</b></div><blockquote type=cite>old</blockquote>\r\n--i--\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n"
    b"From: bob@far.example\r\nSubject: x\r\n\r\nenclosed\r\n--o\r\nContent-Type: application/pdf; name*=utf-8''%E6%8A%A5.pdf\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--o--\r\n"
)
"""A mail that uses most of what a reader must know."""
PIECES = st.sampled_from(
    [b"", b"\r\n", b"\r", b"\n\n", b"\0", b"--o", b"--i--", b"boundary=", b"=?utf-8?B?", b"?=", b"Content-Type: ", b"multipart/mixed", b"<", b">", b";", b'"',
     b"charset=", b"utf-16", b"\xff\xfe", b"\x1b$B", b"message/rfc822", b"base64", b"=", b"%", b"(", b"\xe2\x80\xae"]
)  # fmt: skip


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 60), PIECES), min_size=1, max_size=8))
def test_a_valid_mail_bent_out_of_shape_is_still_read_or_set_aside(cuts: list[tuple[int, int, bytes]]) -> None:
    raw = WHOLE
    for at, length, piece in cuts:
        raw = raw[:at] + piece + raw[at + length :]
    check(mail(raw))


def test_the_mail_that_is_bent_is_valid() -> None:
    message = mail(WHOLE)
    assert message is not None
    assert (message.subject, message.new_text, message.language) == ("报价压", "Grüße, 500 pcs\n\nenclosed", "de")
    assert [a.filename for a in message.attachments] == ["报.pdf"]
