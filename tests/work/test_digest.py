"""The owner's morning: what the digest and the alarms tell after real days, and that they reach the owner alone."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from followupd.chores import Chores
from followupd.mailbox.base import Box
from followupd.notify.digest import digest_mail
from followupd.notify.outbox import Outbox
from followupd.notify.smtp import SmtpSettings
from followupd.secrets import Secret
from followupd.work.digest import gather, send_digest
from tests.stories.play import US, Stage, _do, play, when

ANNA = "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>"
JOHN = "John Miller <john@millertools.us>"


def story(*steps: dict[str, Any], buyer: str = ANNA) -> dict[str, Any]:
    return {"title": "t", "buyer": buyer, "steps": list(steps)}


@pytest.fixture
def sent() -> list[EmailMessage]:
    return []


def with_outbox(stage: Stage, directory: Path, sent: list[EmailMessage]) -> Stage:
    def send(settings: SmtpSettings, secret: Secret | None, message: EmailMessage, owner: str) -> None:
        assert owner == US.email
        sent.append(message)

    stage.desk.outbox = Outbox(directory / "outbox", SmtpSettings(host="127.0.0.1"), lambda: None, US.email, send=send)
    return stage


INQUIRY = {"at": "2026-09-01 15:10", "buyer": "inquiry_valves", "subject": "Inquiry ball valves"}
QUOTE = {"at": "2026-09-02 10:00", "we": "quote_valves_30d"}


def test_a_new_inquiry_is_a_card(tmp_path: Path) -> None:
    stage = play(story(INQUIRY), tmp_path)
    digest = gather(stage.desk, stage.now)
    (card,) = digest.inquiries
    assert (card.name, card.country, card.company) == ("Anna Schmidt", "Germany", "Schmidt Armaturen GmbH")
    assert card.verdict == "genuine"
    assert "500 pcs" in card.asked
    assert card.reasons


def test_what_we_owe_and_the_draft_that_waits(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-08 18:00", "human": "none"}), tmp_path)
    digest = gather(stage.desk, stage.now)
    assert not digest.inquiries, "answered inquiries are no news"
    (draft,) = digest.drafts
    assert draft.name == "Anna Schmidt"
    assert "silence" in draft.why
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-03 15:00", "buyer": "reply_question"}), _fresh(tmp_path))
    (owed,) = gather(stage.desk, stage.now).owed
    assert (owed.name, owed.since) == ("Anna Schmidt", when("2026-09-03 15:00"))


def _fresh(path: Path) -> Path:
    other = path / "other"
    other.mkdir()
    return other


def test_the_digest_goes_to_the_owner_once_a_day_and_not_when_there_is_nothing(tmp_path: Path, sent: list[EmailMessage]) -> None:
    stage = with_outbox(play(story(INQUIRY), tmp_path), tmp_path, sent)
    chores = Chores(when("2026-09-01 08:30").astimezone().time().replace(hour=8, minute=30), "Asia/Shanghai")
    for hours in (0, 15, 18, 20, 40):
        chores.run_all(stage.desk, when("2026-09-01 16:00") + timedelta(hours=hours))
    assert len(sent) == 2, [m["Subject"] for m in sent]
    assert all(m["To"] == US.email for m in sent)
    text = message_from_bytes(sent[0].as_bytes(), policy=policy.default).get_body(("plain",)).get_content()
    assert "Anna Schmidt" in text
    quiet = with_outbox(play(story({"at": "2026-09-01 15:10", "buyer": "newsletter", "headers": {"List-Id": "<w.x>"}}), _fresh(tmp_path)), tmp_path / "q", sent)
    assert send_digest(quiet.desk, quiet.now) is False


def test_a_fraud_is_told_at_once_and_once(tmp_path: Path, sent: list[EmailMessage]) -> None:
    stage = with_outbox(Stage(tmp_path, when("2026-08-01 09:00")), tmp_path, sent)
    stage.buyer, stage.now = "Dr. Peter Obi <procurement.ministry@outlook.com>", when("2026-09-01 15:00")
    _do(stage, {"at": "2026-09-01 15:00", "buyer": "fraud_fee", "subject": "Contract award"})
    for _ in range(3):
        stage.turn()
        stage.now += timedelta(hours=1)
    assert stage.desk.outbox
    stage.desk.outbox.flush(stage.now)
    (alarm,) = sent
    assert alarm["To"] == US.email
    assert "Obi" in alarm["Subject"]


def test_what_was_owed_before_the_installation_raises_no_flood(tmp_path: Path, sent: list[EmailMessage]) -> None:
    stage = with_outbox(Stage(tmp_path, when("2026-09-04 09:00")), tmp_path, sent)
    stage.buyer, stage.now = JOHN, when("2026-09-01 15:00")
    _do(stage, {"at": "2026-09-01 15:00", "buyer": "inquiry_lamps", "subject": "LED lamps"})
    stage.now = when("2026-09-04 09:10")
    stage.turn()
    assert stage.desk.outbox
    assert stage.desk.outbox.waiting() == 0
    assert gather(stage.desk, stage.now).owed, "the digest lists it"


def morning(stage: Stage, **changes: Any) -> tuple[str, str]:
    """The digest's text and HTML as the owner's mail program gets them."""
    mail = digest_mail(replace(gather(stage.desk, stage.now), **changes), US.email, stage.desk.identity, stage.desk.language)
    parsed = message_from_bytes(mail.as_bytes(), policy=policy.default)
    return parsed.get_body(("plain",)).get_content().replace("\r", ""), parsed.get_body(("html",)).get_content()


def test_a_card_says_who_where_when_what_is_asked_what_is_missing_why_and_what_to_do(tmp_path: Path) -> None:
    asks = "Hello, please quote 300 pcs of ball valve BV-25.\n\nAnna Schmidt\nSchmidt Armaturen GmbH\nHamburg"
    text, html = morning(play(story(INQUIRY | {"buyer": asks}), tmp_path))
    for part in ("Anna Schmidt", "Schmidt Armaturen GmbH", "Germany", "there now", "300 pcs", "Does not say: delivery term", "Why: ", "Next step: "):
        assert part in text
    assert html.count('<a class="link"') == html.count('class="card"') == 1
    assert text.count("<mid:") == 1


def test_what_the_buyer_asked_is_the_next_step(tmp_path: Path) -> None:
    text, _ = morning(play(story(INQUIRY, QUOTE, {"at": "2026-09-03 15:00", "buyer": "reply_question"}), tmp_path))
    assert "We owe an answer (1)" in text
    assert "Next step: answer the buyer's question." in text
    assert "Since today" in text


def test_a_new_inquiry_is_not_told_a_second_time_as_owed(tmp_path: Path) -> None:
    stage = play(story(INQUIRY), tmp_path)
    digest = gather(stage.desk, stage.now)
    assert (len(digest.inquiries), len(digest.owed)) == (1, 0)
    stage.desk.ledger.note("digest_at", (stage.now + timedelta(minutes=1)).isoformat())
    stage.now += timedelta(hours=20)
    stage.turn()
    digest = gather(stage.desk, stage.now)
    assert (len(digest.inquiries), len(digest.owed)) == (0, 1)


def test_a_draft_is_told_with_its_reason_and_with_what_it_takes_for_granted(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-08 18:00", "human": "none"}), tmp_path)
    text, html = morning(stage)
    assert "Takes for granted: offer" in text
    assert "price USD 2.35 per pc" in text
    assert "calendar of Germany (by the phone number)" in text
    assert "Next step: read it, then send or delete it." in text
    (record,) = stage.ledger.drafts()
    assert f"Open the draft: <mid:{record.message_id}>" in text
    assert "Open the thread" not in html
    (raw,) = [m.raw for m in stage.server.messages(Box.DRAFTS)]
    assert b"for granted" not in raw, "the buyer never sees the note"
    stage.lose_index()
    stage.turn()
    (draft,) = gather(stage.desk, stage.now).drafts
    assert draft.why, "without the index the reason is still known"


def test_a_draft_that_a_person_changed_is_still_told_and_where_it_lies_now(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-08 18:00", "human": "edit"}), tmp_path)
    stage.turn()
    (draft,) = gather(stage.desk, stage.now).drafts
    assert draft.edited
    (standing,) = stage.index.drafts()
    assert draft.draft_id == standing.message.id


def test_an_offer_that_runs_out_is_told_with_its_day(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-29 09:00", "human": "none"}), tmp_path)
    (ending,) = gather(stage.desk, stage.now).endings
    assert ending.until.isoformat() == "2026-10-02"
    assert "USD 2.35" in ending.offer
    text, _ = morning(stage)
    assert "until 2 Oct" in text
    assert "Next step: send the draft that waits in this thread." in text
    without = replace(ending, draft=False)
    assert "or extend the offer" in morning(stage, endings=(without,))[0]
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-15 09:00", "human": "none"}), _fresh(tmp_path))
    assert not gather(stage.desk, stage.now).endings, "two weeks before is too early"


def test_a_sample_of_which_nobody_hears_is_told_from_the_day_it_arrived(tmp_path: Path) -> None:
    sent = {"at": "2026-09-04 10:00", "word": {"kind": "stage", "value": "sample_sent", "until": "2026-09-08 12:00"}}
    stage = play(story(INQUIRY, QUOTE, sent, {"at": "2026-09-09 18:00", "human": "none"}), tmp_path)
    assert not gather(stage.desk, stage.now).samples, "it arrived yesterday"
    stage = play(story(INQUIRY, QUOTE, sent, {"at": "2026-09-14 09:00", "human": "none"}), _fresh(tmp_path))
    (sample,) = gather(stage.desk, stage.now).samples
    assert (sample.arrived.isoformat(), sample.told) == ("2026-09-08", True)
    assert "Arrived on 8 Sep (6 days)" in morning(stage)[0]
    stage.buyer_writes({"buyer": "The samples are fine, thank you. What is the price for 5000 pcs?"})
    stage.turn()
    assert not gather(stage.desk, stage.now).samples, "the buyer spoke"


def test_a_buyer_whom_no_draft_reaches_is_at_risk_and_the_step_is_a_persons(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-02 10:01", "bounce": True}, {"at": "2026-09-04 09:00", "human": "none"}), tmp_path)
    (lost,) = gather(stage.desk, stage.now).at_risk
    assert lost.reason == "bounced"
    text, _ = morning(stage)
    assert "Buyers at risk (1)" in text
    assert "find another contact" in text
    due = {"at": "2026-09-02 11:00", "word": {"kind": "stage", "value": "deposit_due"}}
    stage = play(story(INQUIRY, QUOTE, due, {"at": "2026-09-17 18:00", "human": "none"}), _fresh(tmp_path))
    assert [r.reason for r in gather(stage.desk, stage.now).at_risk] == ["ask_human"]
    assert "call the buyer" in morning(stage)[0]


def test_signs_of_fraud_come_first_and_say_what_not_to_do(tmp_path: Path) -> None:
    stage = Stage(tmp_path, when("2026-08-01 09:00"))
    stage.buyer, stage.now = "Dr. Peter Obi <procurement.ministry@outlook.com>", when("2026-09-01 15:00")
    _do(stage, {"at": "2026-09-01 15:00", "buyer": "fraud_fee", "subject": "Contract award"})
    stage.turn()
    text, html = morning(stage)
    assert "Next step: " in text
    assert 'class="bad"' in html
    assert "answer with an offer" not in text


def test_what_was_told_is_no_news_until_it_has_waited_long(tmp_path: Path, sent: list[EmailMessage]) -> None:
    stage = with_outbox(play(story(INQUIRY, QUOTE, {"at": "2026-09-03 15:00", "buyer": "reply_question"}), tmp_path), tmp_path, sent)
    told = [day for day in range(1, 20) if send_digest(stage.desk, stage.now + timedelta(days=day))]
    assert told == [1, 3, 7, 14], "told, and again when it has waited for 3, 7 and 14 days"


def test_only_what_is_new_since_the_last_digest_is_marked_so(tmp_path: Path, sent: list[EmailMessage]) -> None:
    stage = with_outbox(play(story(INQUIRY, QUOTE, {"at": "2026-09-03 15:00", "buyer": "reply_question"}), tmp_path), tmp_path, sent)
    assert send_digest(stage.desk, stage.now)
    stage.now += timedelta(days=1)
    stage.buyer = JOHN
    stage.mails = []
    stage.buyer_writes({"buyer": "inquiry_lamps", "subject": "LED lamps", "refs": "none"})
    stage.turn()
    assert send_digest(stage.desk, stage.now)
    assert stage.desk.outbox
    stage.desk.outbox.flush(stage.now)
    digests = sorted((m for m in sent if m["Subject"].startswith("followupd")), key=lambda m: parsedate_to_datetime(m["Date"]))
    first, second = (message_from_bytes(m.as_bytes(), policy=policy.default).get_body(("plain",)).get_content() for m in digests)
    assert "[new]" not in first
    assert [line for line in second.splitlines() if "[new]" in line] == ["John Miller [new] [genuine]"]


def test_the_digest_is_told_in_chinese_with_countries_and_reasons(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-08 18:00", "human": "none"}), tmp_path)
    stage.desk.language = "zh"
    text, _ = morning(stage)
    for part in ("等您处理的草稿 (1)", "德国", "当地时间", "个工作日；报价未写：", "草稿的依据", "下一步：看一遍，发送或删除。"):
        assert part in text
    assert "silence" not in text
