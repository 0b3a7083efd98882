"""The HTML side of a draft: there only in HTML threads, the same words, nothing fetched, right to left where it should."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any, cast

import pytest
from drafting_makers import FULL, ME, NOW, decision, facts, inquiry, mail, templates, thread
from hypothesis import given
from hypothesis import strategies as st

from followupd.drafting.compose import compose
from followupd.model import Draft, Own, Thread
from followupd.reading.parse import read

SPELL = '<img src="https://evil.example/p.gif"><script>alert(1)</script> & "> <a href=javascript:x>y</a> <!-- <style>@import'


class Seen(HTMLParser):
    """All tags, attributes and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "tags are nested"

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def made(talk: Thread, language: str = "en", **buyer: Any) -> Draft:
    found = facts(language=language, **buyer)
    return compose(decision("validity_ending", FULL), talk, found, ME, templates(), NOW)


def parts(draft: Draft) -> dict[str, str]:
    parsed = cast(EmailMessage, message_from_bytes(draft.raw, policy=policy.default))
    return {p.get_content_type(): str(p.get_content()) for p in parsed.walk() if not p.is_multipart()}


def html_talk(text: str = "Dear Mr. Li,\n\nthank you.\n\nAnna") -> Thread:
    return thread(inquiry(), mail(), inquiry(text=text, has_html=True))


def test_a_plain_thread_gets_plain_text_only() -> None:
    assert set(parts(made(thread(inquiry(has_html=True), mail())))) == {"text/plain"}


def test_an_html_thread_gets_both_with_the_plain_text_first() -> None:
    found = parts(made(html_talk()))
    assert list(found) == ["text/plain", "text/html"]
    page = Seen(found["text/html"])
    assert not page.open
    plain = [w.strip(">") for w in found["text/plain"].split()]
    assert page.words == [w for w in plain if w]


def test_nothing_of_the_quoted_mail_becomes_a_tag() -> None:
    page = parts(made(html_talk(SPELL)))["text/html"]
    seen = Seen(page)
    assert {tag for tag, _ in seen.tags} <= {"html", "head", "meta", "body", "p", "br", "blockquote"}
    assert {name for _, attrs in seen.tags for name in attrs} <= {
        "lang",
        "dir",
        "type",
        "style",
        "http-equiv",
        "content",
    }
    assert "javascript:x" in " ".join(seen.words)
    assert not {"src", "href", "url("} & set(" ".join(str(a) for _, a in seen.tags).split())


@given(st.text(max_size=200))
def test_whatever_was_quoted_the_page_stays_whole(text: str) -> None:
    found = parts(made(html_talk(f"x{text}")))
    assert not Seen(found["text/html"]).open


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr"), ("zh", "ltr")])
def test_the_page_runs_in_the_direction_of_its_language(language: str, direction: str) -> None:
    page = Seen(parts(made(html_talk(), language))["text/html"])
    assert dict(page.tags)["body"]["dir"] == direction
    assert dict(page.tags)["html"]["lang"] == language
    quoted = [attrs for tag, attrs in page.tags if tag == "p" and "dir" in attrs]
    assert quoted
    assert all(attrs["dir"] == "auto" for attrs in quoted)


def test_a_telephone_number_in_an_arabic_mail_keeps_its_own_direction() -> None:
    page = parts(made(html_talk(), "ar"))["text/html"]
    assert f'<p dir="auto">{ME.phone}</p>' in page


def test_deeper_quotes_nest() -> None:
    page = parts(made(html_talk("new\n\n> old\n> > older\n\nlast")))["text/html"]
    assert page.count("<blockquote") == page.count("</blockquote>") == 3
    assert page.index("new") < page.index("older") < page.index("last")


def test_the_same_draft_gives_the_same_bytes_and_reads_back_as_its_text() -> None:
    one, other = made(html_talk()), made(html_talk())
    assert one.raw == other.raw
    assert all(len(line) <= 998 for line in one.raw.split(b"\r\n"))
    as_read = read(one.raw, own=Own(frozenset({ME.address.email})), internaldate=NOW, ours=True)
    assert as_read.has_html
    assert as_read.text.startswith(one.body.split("\n\n", maxsplit=1)[0])
    assert "<p>" not in as_read.text
