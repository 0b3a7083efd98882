"""What the owner reads: short, clean, readable on a phone, the same bytes for the same occasion."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP
from string import Formatter

import pytest

from followupd.errors import HostileInput
from followupd.model import (
    Action,
    Address,
    Buyer,
    Decision,
    Direction,
    Facts,
    Hit,
    Identity,
    Message,
    Reason,
    Risk,
    Thread,
    Verdict,
)
from followupd.notify.alarms import alarm
from followupd.notify.digest import (
    MOST,
    AtRisk,
    Danger,
    Digest,
    Ending,
    InquiryCard,
    Owed,
    SampleOut,
    WaitingDraft,
    digest_mail,
)
from followupd.notify.entry import clean, mid
from followupd.notify.words import EN, TABLES, words

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
OWNER = "li.wei@brightlamp.example"
ME = Identity(address=Address(OWNER, "Li Wei"))
ANNA = Address("a.schmidt@lichthaus.example", "Anna Schmidt")
NASTY = 'Ann\r\nBcc: all@evil.example\x1b[31m\u202e<script>alert(1)</script> https://evil.example/x www.evil.example "&'


def digest(**more):
    base = {
        "account": "sales",
        "now": NOW,
        "inquiries": (
            InquiryCard(
                buyer=ANNA,
                company="Lichthaus GmbH",
                country="DE",
                timezone="Europe/Berlin",
                asked="5,000 pcs LED work lamps, FOB Ningbo",
                missing=("delivery date", "packing"),
                verdict=Verdict.GENUINE,
                reasons=("names a quantity", "signs with a company"),
                message_id="i1@lichthaus.example",
            ),
        ),
        "owed": (Owed(buyer=ANNA, subject="LED", since=NOW - timedelta(days=3), message_id="a b@x"),),
        "drafts": (WaitingDraft(buyer=ANNA, subject="Re: LED", why="5 business days of silence", message_id="d@x"),),
        "warnings": ("Bank details changed in a mail of Bob",),
        "quarantined": 2,
    }
    return Digest(**{**base, **more})


def bodies(mail):
    """Text and HTML as a mail client gets them from the wire."""
    again = message_from_bytes(mail.as_bytes(), policy=SMTP)
    assert again.get_content_type() == "multipart/alternative"
    return again.get_body(("plain",)).get_content(), again.get_body(("html",)).get_content()


def test_the_digest_tells_who_where_when_what_and_why():
    mail = digest_mail(digest(), OWNER, ME)
    assert mail["Subject"] == "followupd 23 Nov: 1 new inquiry, 1 answer owed, 1 draft"
    assert mail["To"] == OWNER
    assert mail["Auto-Submitted"] == "auto-generated"
    for body in bodies(mail):
        for part in (
            "Anna Schmidt", "Lichthaus GmbH", "DE · 02:30 there now", "5,000 pcs LED work lamps",
            "delivery date, packing",
            "genuine", "names a quantity", "Since 20 Nov (3 days)", "5 business days of silence", "Bank details",
            "2 mails could not be read",
        ):  # fmt: skip
            assert part in body, part


def test_links_open_the_mail_in_the_client_and_only_where_the_id_can_stand_in_one():
    text, html = bodies(digest_mail(digest(), OWNER, ME))
    assert "<mid:i1@lichthaus.example>" in text
    assert 'href="mid:i1@lichthaus.example"' in html
    assert "a b@x" not in text + html
    assert mid("a\r\nb@x") == mid("x@missing.invalid") == mid("") == ""
    assert mid('a"<>#%@x') in {"", "mid:a%22%3C%3E%23%25@x"}


def test_law_9_nothing_from_a_mail_leaves_its_place():
    card = InquiryCard(
        buyer=Address("x@evil.example", NASTY), company=NASTY, country=NASTY, asked=NASTY, reasons=(NASTY,)
    )
    nasty = digest(
        inquiries=(card,),
        owed=(Owed(buyer=Address(NASTY, NASTY), subject=NASTY, since=NOW, message_id=NASTY, wrote=NASTY, answer=NASTY, platform=NASTY),),
        drafts=(
            WaitingDraft(
                buyer=ANNA, country=NASTY, subject=NASTY, topic=NASTY, why=NASTY, rests_on=(("price", NASTY), ("nasty", NASTY)), calendar=NASTY,
                draft_id=NASTY,
            ),
        ),
        dangers=(Danger(buyer=Address(NASTY, NASTY), name=NASTY, subject=NASTY, reasons=(NASTY,), message_id=NASTY),),
        endings=(Ending(buyer=ANNA, name=NASTY, company=NASTY, country=NASTY, timezone=NASTY, subject=NASTY, offer=NASTY, until=NOW.date()),),
        samples=(SampleOut(buyer=ANNA, name=NASTY, subject=NASTY, arrived=NOW.date()),),
        at_risk=(AtRisk(buyer=ANNA, name=NASTY, subject=NASTY, offer=NASTY, reason=Reason.BOUNCED, why=NASTY),),
        warnings=(NASTY,),
    )
    mail = digest_mail(nasty, OWNER, ME)
    again = message_from_bytes(mail.as_bytes(), policy=SMTP)
    assert again["Bcc"] is None
    text, html = bodies(mail)
    for bad in ("\x1b", "\u202e", "https://", "www.evil", "\r\nBcc"):
        assert bad not in text + html
    assert "<script" not in html
    for remote in ("src=", "http:", "https:", "url(", "<img", "<link"):
        assert remote not in html


def test_a_bad_day_stays_readable():
    many = digest(owed=tuple(Owed(buyer=ANNA, subject=f"s{n}", since=NOW) for n in range(MOST + 7)))
    text, _ = bodies(digest_mail(many, OWNER, ME))
    assert f"We owe an answer ({MOST + 7})" in text
    assert "and 7 more" in text
    assert f"s{MOST}" not in text


def full() -> Digest:
    """Something on every list."""
    until = NOW.date() + timedelta(days=2)
    return digest(
        dangers=(Danger(buyer=ANNA, subject="Bank", reasons=("announces new bank details",), message_id="r@x"),),
        endings=(Ending(buyer=ANNA, offer="Q-1, USD 2.35/pc", until=until, message_id="e@x"),),
        samples=(SampleOut(buyer=ANNA, arrived=NOW.date() - timedelta(days=4), told=False, message_id="s@x"),),
        at_risk=(AtRisk(buyer=ANNA, reason=Reason.NO_FACT, why="nothing new", quiet_since=NOW - timedelta(days=9), message_id="l@x"),),
    )


@pytest.mark.parametrize("language", sorted(TABLES))
def test_every_item_opens_its_thread_and_tells_one_next_step(language):
    text, html = bodies(digest_mail(full(), OWNER, ME, language))
    shown = [block for block in text.replace("\r\n", "\n").split("\n\n") if "lichthaus.example" in block]
    assert len(shown) == 7
    step = TABLES[language]["step_owed"].split(":" if language == "en" else "：")[0]
    for block in shown:
        assert block.count(step) == 1, block
    without = [block for block in shown if "<mid:" not in block]
    assert len(without) == 1, "only the one whose id cannot stand in a link"
    assert html.count(step) == 7


def test_a_phone_and_a_dark_room_are_thought_of():
    _, html = bodies(digest_mail(full(), OWNER, ME))
    assert 'name="viewport" content="width=device-width' in html
    assert "prefers-color-scheme:dark" in html
    assert "max-width:640px" in html
    for card in html.split('class="card"')[1:]:
        assert "background:#ffffff" in card, "colours stand on the element, for programs without style sheets"


def test_a_name_from_right_to_left_turns_nothing_around():
    _, html = bodies(digest_mail(digest(inquiries=(InquiryCard(buyer=ANNA, name="خالد منصور", asked="1000 قطعة"),)), OWNER, ME))
    assert "<bdi>خالد منصور</bdi>" in html
    assert "<bdi>1000 قطعة</bdi>" in html


def test_one_thing_is_said_in_the_singular():
    assert digest_mail(digest(owed=(), drafts=()), OWNER, ME)["Subject"] == "followupd 23 Nov: 1 new inquiry"


def test_an_empty_day_says_so():
    empty = Digest(account="sales", now=NOW)
    assert empty.empty
    assert not digest().empty
    assert "Nothing new today" in bodies(digest_mail(empty, OWNER, ME))[0]


def test_law_8_the_same_value_gives_the_same_bytes_and_the_day_its_message_id():
    assert digest_mail(digest(), OWNER, ME).as_bytes() == digest_mail(digest(), OWNER, ME).as_bytes()
    later = digest_mail(digest(now=NOW + timedelta(hours=2), quarantined=0), OWNER, ME)
    tomorrow = digest_mail(digest(now=NOW + timedelta(days=1)), OWNER, ME)
    assert later["Message-ID"] == digest_mail(digest(), OWNER, ME)["Message-ID"] != tomorrow["Message-ID"]


def test_an_unknown_zone_costs_the_hour_and_nothing_else():
    for zone in ("Mars/Olympus", "../../etc/passwd", "\0", ""):
        card = InquiryCard(buyer=ANNA, country="DE", timezone=zone)
        assert "\n  DE\n" in bodies(digest_mail(digest(inquiries=(card,)), OWNER, ME))[0].replace("\r\n", "\n")


def test_chinese_is_told_in_chinese():
    mail = digest_mail(digest(), OWNER, ME, "zh")
    text, html = bodies(mail)
    assert "新询盘" in text
    assert 'lang="zh"' in html
    assert mail["Content-Language"] == "zh"
    assert words("xx") is EN


@pytest.mark.parametrize("language", sorted(TABLES))
def test_every_language_has_every_word_with_the_same_fields(language):
    table = TABLES[language]
    assert table.keys() == EN.keys()
    for key, text in table.items():
        assert {f for _, f, _, _ in Formatter().parse(text)} - {None} == {
            f for _, f, _, _ in Formatter().parse(EN[key])
        } - {None}, key


@pytest.mark.parametrize("owner", ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example"])
def test_an_owner_that_is_no_single_address_is_refused(owner):
    with pytest.raises(HostileInput):
        digest_mail(digest(), owner, ME)


def alarmed(reason, language="en", **more):
    mail = Message(id="i1@x", direction=Direction.IN, date=NOW, sender=ANNA, subject="LED")
    thread = Thread(id="0123456789", messages=(mail,), buyer=ANNA, subject=more.pop("subject", "LED"))
    hits = (Hit("bank_change", 5, "new account at \u202eevil", "Asks to pay to another account", "要求更换收款账户"),)
    facts = Facts(
        thread_id=thread.id,
        buyer=Buyer(address=ANNA),
        stage="inquiry",
        inquiry_id="i1@x",
        risk=Risk.FRAUD,
        risk_hits=hits,
    )
    decision = Decision(
        thread_id=thread.id,
        action=Action.ALARM,
        reason=reason,
        stage="inquiry",
        at=NOW,
        detail="Waits for 2 days.",
        **more,
    )
    return alarm(decision, facts, thread, OWNER, ME, NOW, language)


def test_a_risk_alarm_says_who_what_why_and_the_one_next_step():
    mail = alarmed(Reason.RISK_ALARM)
    text, _ = bodies(mail)
    assert mail["Subject"] == "Careful: a.schmidt@lichthaus.example"
    assert 'Asks to pay to another account ("new account at evil")' in text
    assert text.count("Next step") == 1
    assert "by phone" in text


def test_a_chinese_alarm_is_chinese_throughout_but_for_the_buyers_own_words():
    text, html = bodies(alarmed(Reason.REPLY_OWED, "zh"))
    assert "我方尚未回复客户" in text
    assert "下一步：回复这封邮件。" in text
    assert "Waits for" not in text + html
    assert text.count("下一步") == 1


def test_a_reply_owed_alarm_gives_the_decisions_own_sentence():
    text, _ = bodies(alarmed(Reason.REPLY_OWED))
    assert "Waits for 2 days." in text
    assert "answer this mail" in text


def test_one_occasion_is_one_mail_and_another_step_or_reason_another():
    ids = [alarmed(r, step=s)["Message-ID"] for r in (Reason.RISK_ALARM, Reason.REPLY_OWED) for s in (0, 1)]
    assert len(set(ids)) == 4
    assert alarmed(Reason.RISK_ALARM)["Message-ID"] == ids[0]


def test_web_addresses_are_dead():
    assert clean("see HTTPS://evil.example and www.evil.example") == "see hxxp://evil.example and www[.]evil.example"
