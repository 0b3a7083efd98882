"""Law 10: is a short mail unsure, a genuine one never called vague, and is nothing ever hidden?"""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.mailbox.base import Box
from followupd.model import Reason, Verdict
from tests.laws.scene import ASKED, DUE, Scene, buyer, inquiry, mail, per_buyer, quote, reply
from tests.stories.play import TEXTS, US

SHORT = [
    "Price?",
    "Hello, price please.",
    "How much?",
    "Hi dear, need ball valves.",
    "Can you send details?",
    "pls quote",
    "Good day. Interested. Regards, Tom",
]
GENUINE = [key for key in TEXTS if key.startswith("inquiry_") and key != "inquiry_injection"]


def verdict_of(directory: Path, text: str, subject: str = "Inquiry") -> Verdict | None:
    """What one first mail is taken for."""
    scene = Scene(directory, 0)
    scene.server.deliver(
        Box.INBOX, mail(0, f"Anna <{buyer(0)}>", US.email, ASKED, text, subject=subject).as_bytes(), ASKED
    )
    scene.turn()
    (row,) = scene.index.rows()
    assert row.facts
    return row.facts.inquiry.verdict if row.facts.inquiry else None


@pytest.mark.parametrize("text", SHORT)
def test_a_short_mail_is_unsure_and_never_vague(tmp_path: Path, text: str) -> None:
    assert verdict_of(tmp_path, text + "\n") in {Verdict.UNSURE, Verdict.LIKELY, Verdict.GENUINE, None}


@pytest.mark.parametrize("text", SHORT[:3])
def test_a_mail_of_two_words_is_not_called_genuine_either(tmp_path: Path, text: str) -> None:
    assert verdict_of(tmp_path, text + "\n") not in {Verdict.GENUINE, Verdict.VAGUE}


@pytest.mark.parametrize("key", GENUINE)
def test_a_genuine_inquiry_is_never_called_vague(tmp_path: Path, key: str) -> None:
    assert verdict_of(tmp_path, TEXTS[key]["text"].format(name="Anna", until_date="")) is not Verdict.VAGUE


def test_an_answer_that_nobody_understands_stops_and_asks(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 1)
    scene.turn()
    odd = reply(0, quote(0, inquiry(0)), DUE, "Noted. The blue one perhaps, as with Karl.\n", ours=False)
    scene.server.deliver(Box.INBOX, odd.as_bytes(), DUE)
    scene.at(DUE)
    assert scene.drafts() == []
    (row,) = scene.index.rows()
    assert row.decision
    assert row.decision.reason in {Reason.UNCLEAR_ANSWER, Reason.OUR_MOVE, Reason.REPLY_OWED}


def test_nothing_is_ever_deleted_moved_or_flagged_away(tmp_path: Path) -> None:
    """Every mail lies where it lay, byte for byte, with no other change than a keyword."""
    scene = Scene(tmp_path, 3)
    for key in ("vague", "newsletter", "fraud_fee", "pitch_forwarder"):
        junk = mail(7, "x@y.example", US.email, ASKED, TEXTS[key]["text"].format(name="X"), id=f"<{key}@y.example>")
        scene.server.deliver(Box.INBOX, junk.as_bytes(), ASKED)
    boxes = [box for box in Box if box not in {Box.DRAFTS, Box.ALL, Box.OTHER}]
    before = {box: [(m.uid, m.raw, m.when) for m in scene.server.messages(box)] for box in boxes}
    scene.turn()
    scene.at(DUE)
    assert {box: [(m.uid, m.raw, m.when) for m in scene.server.messages(box)] for box in boxes} == before
    for box in boxes:
        for stored in scene.server.messages(box):
            assert all(flag.startswith("$Followup") for flag in stored.flags)


@pytest.mark.parametrize(
    ("said", "drafts"), [("vague", {}), ("not_a_buyer", {}), ("genuine", {buyer(0): 1}), (None, {buyer(0): 1})]
)
def test_the_users_verdict_wins_over_ours(tmp_path: Path, said: str | None, drafts: dict[str, int]) -> None:
    scene = Scene(tmp_path, 1)
    scene.mails.append(inquiry(0))
    scene.turn()
    if said:
        scene.word({"kind": "verdict", "value": said})
    scene.at(DUE)
    assert per_buyer(scene.bodies()) == drafts
    row = scene.index.row(scene.thread_id())
    assert row
    assert row.decision
    if not drafts:
        assert "you" in row.decision.detail


def test_whom_the_user_calls_genuine_is_no_longer_held_for_a_fraud(tmp_path: Path) -> None:
    scene = Scene(tmp_path, 0)
    text = TEXTS["fraud_fee"]["text"].format(name="X")
    fraud = mail(0, "X <x@outlook.example>", US.email, ASKED, text)
    scene.server.deliver(Box.INBOX, fraud.as_bytes(), ASKED)
    scene.mails.append(fraud)
    scene.turn()
    row = scene.index.row(scene.thread_id())
    assert row
    assert row.decision
    assert row.decision.reason in {Reason.RISKY, Reason.RISK_ALARM}
    scene.word({"kind": "verdict", "value": "genuine"})
    scene.turn()
    row = scene.index.row(scene.thread_id())
    assert row
    assert row.decision
    assert row.decision.reason not in {Reason.RISKY, Reason.RISK_ALARM}
