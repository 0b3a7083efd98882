"""The owner's morning: what the digest and the alarms tell after real days, and that they reach the owner alone."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from followupd.chores import Chores
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
    assert (card.name, card.country, card.company) == ("Anna Schmidt", "DE", "Schmidt Armaturen GmbH")
    assert card.verdict == "genuine"
    assert "500 pcs" in card.asked
    assert card.reasons


def test_what_we_owe_and_the_draft_that_waits(tmp_path: Path) -> None:
    stage = play(story(INQUIRY, QUOTE, {"at": "2026-09-08 18:00", "human": "none"}), tmp_path)
    digest = gather(stage.desk, stage.now)
    assert not digest.inquiries, "answered inquiries are no news"
    (draft,) = digest.drafts
    assert draft.name == "Anna Schmidt"
    assert "silent" in draft.why
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
