"""Who stands behind a notice of a platform or a form; every entry is held to its own examples."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from followupd.errors import ConfigError
from followupd.model import Direction, Message, Own
from followupd.reading.parse import read
from followupd.reading.platforms import PlatformExample, Platforms, shipped_platforms
from followupd.reading.threads import thread_all
from followupd.rulesource import Entry, RuleSource
from followupd.yamlfile import parse_yaml

OWN = Own(frozenset({"amy@factory.example"}), frozenset({"factory.example"}))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALL = [(id, n, e) for id, p in shipped_platforms().known.items() for n, e in enumerate(p.entry.examples)]


def mail(example: PlatformExample, id: str = "n1@notice.example") -> Message:
    raw = EmailMessage()
    raw["From"], raw["To"], raw["Subject"] = example.sender, "amy@factory.example", example.subject
    raw["Message-ID"], raw["Date"] = f"<{id}>", "Mon, 23 Nov 2026 08:00:00 +0000"
    if example.reply_to:
        raw["Reply-To"] = example.reply_to
    raw.set_content(example.text)
    if example.html:
        raw.add_alternative(example.html, subtype="html")
    return read(raw.as_bytes(), own=OWN, internaldate=NOW)


@pytest.mark.parametrize(("id", "number", "example"), ALL, ids=[f"{i}:{n}" for i, n, _ in ALL])
def test_an_entry_reads_its_examples(id: str, number: int, example: PlatformExample) -> None:
    found = mail(example)
    if not example.expect:
        assert found.via is None
        return
    assert found.via is not None
    assert found.via.platform == id
    assert found.direction is Direction.IN
    said = {n: str(getattr(found.via, n)) for n in ("key", "name", "company", "country", "phone", "product", "reach")}
    said |= {"address": found.sender.email, "message": found.new_text}
    assert {name: said[name] for name in example.expect} == example.expect


@pytest.mark.parametrize("id", list(shipped_platforms().known))
def test_an_entry_has_examples_and_leaves_ordinary_mail_alone(id: str) -> None:
    platform = shipped_platforms().known[id]
    assert any(e.expect for e in platform.entry.examples)
    plain = PlatformExample(
        sender="Anna Kern <anna@kern.example>",
        subject="Valves",
        text="Please quote 500 pcs.\n\nAnna Kern\nTel: +49 40 123456",
    )
    assert platform.sent(mail(plain)) == ""


def alibaba(name: str, text: str, number: int) -> Message:
    subject = f"You have a new inquiry: {name} has sent you an inquiry"
    example = PlatformExample(
        sender="Alibaba.com <feedback@service.alibaba.com>", subject=subject, text=f"Message:\n{text}"
    )
    return mail(example, f"n{number}@notice.example")


def test_two_buyers_behind_one_address_are_two_threads_and_one_buyer_is_one() -> None:
    mails = [
        alibaba("Tomas Ruzicka", "Price for 400 reels?", 1),
        alibaba("Grace Owusu", "Price for 600 lamps?", 2),
        alibaba("Tomas Ruzicka", "And for 800?", 3),
    ]
    threads = thread_all(mails, OWN)
    assert sorted([m.id for m in t.messages] for t in threads) == [
        ["n1@notice.example", "n3@notice.example"],
        ["n2@notice.example"],
    ]
    assert len({t.buyer.email for t in threads}) == 2
    assert len({t.id for t in threads}) == 2
    assert all("alibaba.com" not in t.buyer.email for t in threads)


def test_a_look_alike_is_no_platform() -> None:
    fake = PlatformExample(
        sender="Alibaba Trade Center <info@trade-center.example>",
        subject="Tim has sent you an inquiry",
        text="Message:\nLog in.",
    )
    found = mail(fake)
    assert found.via is None
    assert shipped_platforms().imitated(found) == "Alibaba from trade-center.example"


def test_a_signature_of_labels_makes_no_form() -> None:
    text = "Hello, please quote 500 pcs.\n\nName: Anna Kern\nCompany: Kern GmbH\nEmail: anna@kern.example\nTel: +49 40 123456"
    found = mail(PlatformExample(sender="Anna Kern <anna@kern.example>", subject="Valves", text=text))
    assert found.via is None
    assert "500 pcs" in found.new_text


def test_labels_in_the_buyers_own_words_stay_there() -> None:
    text = (
        "Name: Rosa Lind\nEmail: rosa@lind.example\nMessage: We need\nProduct: canvas\nQuantity: 900 m\nSubject: urgent"
    )
    found = mail(PlatformExample(sender="noreply@hosting.example", text=text))
    assert found.new_text == "We need\nProduct: canvas\nQuantity: 900 m\nSubject: urgent"


def test_a_form_that_names_our_own_address_reaches_nobody() -> None:
    text = "Name: Rosa\nCompany: Lind\nEmail: amy@factory.example\nMessage: Price for 900 m?"
    found = mail(PlatformExample(sender="noreply@hosting.example", text=text))
    assert found.via is not None
    assert (found.via.reach, found.sender.domain) == ("site", "website-form.invalid")


def test_a_platform_in_yaml_alone() -> None:
    text = "fairbay: {title: Fairbay, senders: ['@fairbay\\.example$'], subjects: ['lead from (?<name>[\\w ]+)$'], reply: site}"
    file = parse_yaml(text, "rules/platforms.yaml")
    source = RuleSource({"platforms": {id: Entry(id, d, ((file, (id,)),)) for id, d in file.data.items()}})
    platforms = Platforms.build(source)
    notice = PlatformExample(sender="lead@fairbay.example", subject="New lead from Ida Voss", text="Price for 40?")
    from followupd.reading.origin import as_written

    found = as_written(mail(notice), OWN, platforms=platforms)
    assert found.via is not None
    assert (found.via.name, found.via.key) == ("Ida Voss", "fairbay:ida voss")


def test_a_slip_is_told_with_its_line() -> None:
    file = parse_yaml("# top\none: {title: A, senders: ['[']}", "rules/platforms.yaml")
    source = RuleSource({"platforms": {id: Entry(id, d, ((file, (id,)),)) for id, d in file.data.items()}})
    with pytest.raises(ConfigError, match=r"rules/platforms.yaml:2"):
        Platforms.build(source)
