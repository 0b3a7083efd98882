"""Any bytes in, a Message or Quarantined out, in bounded time (RELIABILITY 35, 36, 37)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.errors import ConfigError, Quarantined
from followupd.model import Direction, Message, Own
from followupd.reading.html import html_to_text
from followupd.reading.parse import read
from followupd.reading.patterns import Timeouts, compile_pattern
from followupd.reading.text import split

OWN = Own(frozenset({"me@us.example"}), frozenset({"us.example"}))
ARRIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = b"From: Ann <ann@buyer.example>\r\nTo: me@us.example\r\nMessage-ID: <1@buyer.example>\r\nSubject: Lamps\r\n"


def mail(raw: bytes) -> Message:
    return read(raw, own=OWN, internaldate=ARRIVED)


def nested(depth: int) -> bytes:
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return HEAD + levels + b"\r\nhi"


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n \r\n", nested(500), nested(3000), HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000]
)
def test_what_is_empty_or_nested_beyond_reason_is_set_aside_quickly(raw: bytes) -> None:
    start = time.process_time()
    with pytest.raises(Quarantined):
        mail(raw)
    assert time.process_time() - start < 5


def flood(field: bytes, item: bytes, times: int) -> bytes:
    return HEAD + field + b": " + item * times + b"\r\n\r\nhi"


@pytest.mark.parametrize(
    "raw",
    [
        flood(b"Cc", b"x@y.example, ", 20_000),
        flood(b"References", b"<a@b> ", 100_000),
        flood(b"X-Y", b"=?utf-8?q?a?= ", 20_000),
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 50_000,
    ],
    ids=["addresses", "references", "encoded words", "parts"],
)
def test_a_flood_costs_bounded_time_and_leaves_bounded_values(raw: bytes) -> None:
    start = time.process_time()
    message = mail(raw)
    assert time.process_time() - start < 5
    assert len(message.cc) <= 200
    assert len(message.references) <= 200


@settings(max_examples=80, deadline=3000)
@given(st.binary(max_size=3000), st.booleans())
def test_any_bytes_in_a_message_or_quarantined_out(noise: bytes, headed: bool) -> None:
    try:
        message = mail(HEAD + noise if headed else noise)
    except Quarantined:
        return
    for value in (message.id, message.subject, message.sender.name, message.sender.email):
        assert not set(value) & set("\r\n\0")


@pytest.mark.parametrize("markup", ["<script>", "<!--", "<div ", "<blockquote ", "<", "<style", "<a style='", "<div>"])
def test_markup_that_never_closes_costs_bounded_time(markup: str) -> None:
    start = time.process_time()
    html_to_text(markup * (600_000 // len(markup)))
    assert time.process_time() - start < 5


def test_what_is_hidden_is_no_text_and_nothing_is_fetched() -> None:
    shown = html_to_text('<p>Price</p><img src="http://t.example/x.gif" width=1><!-- a --><script>b</script><p>5 USD</p>'
                         '<div style="display:none"><p>secret</p></div>')  # fmt: skip
    assert shown.split() == ["Price", "5", "USD"]


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000,
        "\n " * 50_000,
        "On a\n" * 20_000,
        "On x wrote:\n> a\nb\n" * 6000,
        "Begin forwarded message:\n" * 4000,
    ],
    ids=["blank lines", "blanks", "On", "attributions", "forwards"],
)
def test_splitting_costs_bounded_time(text: str) -> None:
    start = time.process_time()
    split(text)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        ("Mon, 1 Jan 2035 10:00:00 +0800", False),
        ("Thu, 1 Jan 1970 00:00:00 +0000", False),
        ("Sun, 1 Feb 2026 10:00:00 +0000", False),
        ("yesterday", False),
        ("Mon, 2 Mar 2026 15:30:00 +0530", True),
    ],
    ids=["future", "1970", "a month ago", "no date", "two hours ago"],
)
def test_date_is_believed_only_where_it_is_plausible(said: str, believed: bool) -> None:
    message = mail(HEAD + b"Date: " + said.encode() + b"\r\n\r\nhi")
    assert message.date == (ARRIVED - timedelta(hours=2) if believed else ARRIVED)


def test_a_message_id_with_line_breaks_never_becomes_an_id() -> None:
    message = mail(
        b"From: a@b.example\r\nMessage-ID: =?utf-8?q?<x=0D=0AA1_MOVE_1:*@b>?=\r\nSubject: =?utf-8?q?a=0D=0ABcc:_x?=\r\n\r\nhi"
    )
    assert message.id.endswith("@missing.invalid")
    assert message.subject == "a Bcc: x"


@pytest.mark.parametrize(
    ("declared", "body", "text"),
    [
        ("iso-2022-jp", "見積りをお願いします".encode("iso2022_jp"), "見積りをお願いします"),
        ("gb2312", "请报价".encode("gbk"), "请报价"),
        ("nonsense-9", b"hello", "hello"),
        ("utf-8", "٥٠٠\u00a0pcs\u202e\u200b".encode(), "500 pcs"),
    ],
)
def test_text_is_decoded_and_cleaned(declared: str, body: bytes, text: str) -> None:
    assert mail(HEAD + b"Content-Type: text/plain; charset=" + declared.encode() + b"\r\n\r\n" + body).text == text


def test_a_pattern_that_explodes_finds_nothing_and_is_counted() -> None:
    pattern = compile_pattern(r"(?:a|a|aa)+b\b", "rules/x.yaml:3")
    before = Timeouts.counts.get("rules/x.yaml:3", 0)
    start = time.process_time()
    assert pattern.search("a" * 15_000) is None
    assert time.process_time() - start < 1
    assert Timeouts.counts["rules/x.yaml:3"] == before + 1


@pytest.mark.parametrize("text", ["(", "a{99999999999}", "", "x*"])
def test_a_pattern_that_cannot_work_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ConfigError, match=r"rules/x\.yaml:3"):
        compile_pattern(text, "rules/x.yaml:3")


def test_a_bounce_from_our_own_mail_server_is_no_word_of_ours() -> None:
    raw = (
        b"Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@brightway.example>\r\nTo: lily@brightway.example\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b@brightway.example>\r\n\r\nUser unknown\r\n"
    )
    own = Own(frozenset({"lily@brightway.example"}), frozenset({"brightway.example"}))
    assert read(raw, own=own, internaldate=datetime(2026, 9, 1, tzinfo=UTC)).direction is Direction.IN
