"""Text and headers in every charset that mail programs use, rightly or wrongly named."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from quopri import encodestring

import pytest

from followupd.model import Message, Own
from followupd.reading.body import decode_words
from followupd.reading.charset import decode, known
from followupd.reading.parse import read

HEAD = b"From: Ann <ann@buyer.example>\r\nTo: me@us.example\r\nMessage-ID: <1@buyer.example>\r\n"


def mail(raw: bytes) -> Message:
    return read(HEAD + raw, own=Own(frozenset({"me@us.example"})), internaldate=datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("codec", "declared", "text"),
    [
        ("gb18030", "gb2312", "您好，请报价500件，谢谢。镕"),
        ("gb18030", "", "您好，请报价，五百件，谢谢"),
        ("gb18030", "utf-8", "您好，请报价，五百件，谢谢"),
        ("big5", "big5", "請報價"),
        ("cp1251", "windows-1251", "Просим выслать цены"),
        ("cp1251", "", "Просим выслать цены на насосы"),
        ("koi8-r", "koi8-r", "Просим выслать цены"),
        ("cp1252", "iso-8859-1", "Preis “500 €” für Mäntel"),
        ("cp1252", "us-ascii", "Grüße aus Köln"),
        ("cp1254", "iso-8859-9", "Fiyatı İstanbul için şöyle"),
        ("cp1256", "windows-1256", "نرجو إرسال عرض سعر"),
        ("cp949", "ks_c_5601-1987", "견적을 부탁드립니다"),
        ("cp932", "shift_jis", "見積りをお願いします"),
        ("iso2022_jp", "", "見積りをお願いします"),
        ("utf-8", "x-unknown", "Спасибо, ждём"),
        ("utf-8", "klingon", "Grüße"),
        ("utf-16", "utf-16", "Grüße"),
    ],
)
def test_letters_come_out_right(codec: str, declared: str, text: str) -> None:
    assert decode(text.encode(codec), declared) == text


@pytest.mark.parametrize("name", ["rot13", "base64", "zlib", "hex", "idna-nonsense", "", "x" * 500, "uu"])
def test_only_text_codecs_are_ever_asked(name: str) -> None:
    assert known(name) == ""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?B?5oql5Lu3?=", "报价"),
        ("=?gb2312?B?sai829G5?=", "报价压"),
        ("=?utf-8?B?5oql?= =?utf-8?B?5Lu3?=", "报价"),
        ("=?utf-8?B?5oql5A==?= =?utf-8?B?u7c=?=", "报价"),
        ("Re:=?iso-8859-1?Q?Gr=FC=DFe?=", "Re:Grüße"),
        ("=?utf-8?Q?Preis f=C3=BCr A?=", "Preis für A"),
        ("=?utf-8*de?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?X?abc?= x", "=?utf-8?X?abc?= x"),
        ("=?utf-8?B?!!!?= x", None),
        ("=?nonsense?Q?abc?=", "abc"),
        ("=?iso-8859-1?Q?Gr\udcfc\udcdfe?=", "Grüße"),
    ],
)
def test_encoded_words_are_decoded_as_people_mean_them(raw: str, text: str | None) -> None:
    assert text is None or decode_words(raw) == text
    assert decode_words(raw) is not None


@pytest.mark.parametrize(
    ("codec", "text"), [("utf-8", "报价单"), ("gb18030", "您好，请报价，五百件"), ("cp1252", "Grüße")]
)
def test_raw_bytes_in_a_subject_are_letters_too(codec: str, text: str) -> None:
    assert mail(b"Subject: " + text.encode(codec) + b"\r\n\r\nhi").subject == text


def part(kind: str, text: str, more: str = "") -> bytes:
    return f"--b\r\nContent-Type: {kind}; charset=utf-8\r\n{more}\r\n{text}\r\n".encode()


def multi(kind: str, *parts: bytes) -> Message:
    return mail(
        f"Subject: x\r\nContent-Type: multipart/{kind}; boundary=b\r\n\r\n".encode() + b"".join(parts) + b"--b--\r\n"
    )


def test_of_alternatives_one_is_read() -> None:
    assert multi("alternative", part("text/plain", "Hi"), part("text/html", "<p>Hi</p>")).text == "Hi"


def test_a_stub_of_plain_text_gives_way() -> None:
    long = "<p>We need 500 pcs of model A for Hamburg.</p>" * 3
    assert "Hamburg" in multi("alternative", part("text/plain", "view as HTML"), part("text/html", long)).text


def test_figures_of_a_table_stay_in_their_rows() -> None:
    rows = "".join(
        f"<tr><td>{m}</td><td><span>{q}</span></td><td>{p}</td></tr>"
        for m, q, p in (("GT-20", 300, "4.20"), ("GT-30", 500, "5.10"))
    )
    plain = (
        "Dear Lily, please confirm this order:\r\nGT-20\r\n300\r\n4.20\r\nGT-30\r\n500\r\n5.10\r\n" + "and so on. " * 20
    )
    html = f"<p>Dear Lily, please confirm this order:</p><table>{rows}</table><p>{'and so on. ' * 20}</p>"
    text = multi("alternative", part("text/plain", plain), part("text/html", html)).text
    assert ["GT-30", "500", "5.10"] in [line.split() for line in text.split("\n")]


def test_a_file_is_not_what_was_written() -> None:
    file = part("text/plain", "old contract", "Content-Disposition: attachment; filename=c.txt\r\n")
    message = multi("mixed", part("text/plain", "Please see the file."), file)
    assert message.text == "Please see the file."
    assert [a.filename for a in message.attachments] == ["c.txt"]


def enclosed(own_words: str) -> Message:
    inner = "From: Bob <bob@far.example>\r\nSubject: Inquiry\r\n\r\nPlease quote 500 pcs of model A."
    return multi(
        "mixed", part("text/plain", own_words), f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n".encode()
    )


def test_a_mail_sent_on_as_a_file_is_read_and_a_mere_enclosure_is_not_judged() -> None:
    assert "500 pcs" in enclosed("FYI").new_text
    own = "We have paid the deposit today. " * 10
    assert enclosed(own).new_text == own.strip()


def test_a_container_whose_boundary_is_missing_is_opened_all_the_same() -> None:
    raw = b"Content-Type: multipart/mixed\r\n\r\n--zz\r\nContent-Type: text/plain\r\n\r\nhello\r\n--zz--\r\n"
    assert mail(raw).text == "hello"


def test_soft_line_breaks_are_taken_back() -> None:
    raw = b"Content-Type: text/plain; format=flowed\r\n\r\nplease \r\nquote\r\n> old \r\n> text\r\n-- \r\nAnn\r\n"
    assert mail(raw).text.startswith("please quote\n> old")


def test_blanks_behind_the_transfer_encoding_do_no_harm() -> None:
    for name, data in ((b"base64", b64encode("für".encode())), (b"quoted-printable", encodestring("für".encode()))):
        raw = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + name + b"  \t\r\n\r\n" + data
        assert mail(raw).text == "für"


@pytest.mark.parametrize(
    "word", ["=?utf-8?B?A?=", "=?utf-8?B?=?=", "=?utf-8?b?5oql5Lu3?=", "=?utf-8?Q?=?=", "=?utf-8?Q?=ZZ?="]
)
def test_a_broken_word_in_a_subject_or_a_file_name_stops_nothing(word: str) -> None:
    raw = f'Subject: {word}\r\nContent-Disposition: attachment; filename="{word}"\r\n\r\nhi'.encode()
    assert mail(raw).problems == ()
