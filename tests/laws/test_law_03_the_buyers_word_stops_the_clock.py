"""Law 3: is a draft withheld when the buyer wrote, even in the very last moment?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from followupd.deciding.rulebook import Rulebook
from followupd.mailbox.base import Box
from followupd.model import DraftState, Reason
from followupd.rulesource import read_rules
from followupd.turn import run_turn
from followupd.work import write
from followupd.work.desk import Desk
from tests.laws.scene import ASKED, DUE, QUOTED, Scene, buyer, inquiry, mail, per_buyer, quote, reply

WORDS = "Thank you. What is the lead time for 500 pcs, and can you offer CIF Hamburg?\n"


def answer(scene: Scene, n: int, box: Box = Box.INBOX) -> None:
    """The n-th buyer answers our quote now."""
    offered = quote(n, inquiry(n))
    scene.server.deliver(box, reply(n, offered, scene.now, WORDS, ours=False).as_bytes(), scene.now)


def when_composed(monkeypatch: pytest.MonkeyPatch, act: object) -> None:
    """Do something on the server after the decision, right before the last look."""
    real = write._look_again
    done: list[bool] = []

    def look(desk: Desk, written: write.Written, now: object) -> None:
        if not done:
            done.append(True)
            act()  # type: ignore[operator]
        real(desk, written, now)  # type: ignore[arg-type]

    monkeypatch.setattr(write, "_look_again", look)


def test_a_buyer_who_writes_between_decision_and_append_gets_no_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.now = DUE
    when_composed(monkeypatch, lambda: answer(scene, 1))
    scene.turn()
    assert per_buyer(scene.bodies()) == {"anna@armaturen-000.de": 1, "anna@armaturen-002.de": 1}
    assert len(scene.ledger.drafts()) == 2
    row = scene.index.row(scene.index.thread_of("202609010710.1@armaturen-001.de") or "")
    assert row
    assert row.decision
    assert row.decision.reason in {Reason.REPLY_OWED, Reason.OUR_MOVE, Reason.UNCLEAR_ANSWER}


def test_control_without_the_last_look_the_draft_would_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.now = DUE
    monkeypatch.setattr(write, "_look_again", lambda *_: answer(scene, 1))
    run_turn(scene.desk, scene.now)
    assert per_buyer(scene.bodies())["anna@armaturen-001.de"] == 1


def test_our_own_mail_by_hand_in_the_last_moment_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(tmp_path, 1)
    scene.turn()
    scene.now = DUE

    def by_hand() -> None:
        offered = quote(0, inquiry(0))
        text = "Dear Anna, we can ship two weeks earlier than offered.\n"
        scene.server.deliver(Box.SENT, reply(0, offered, DUE, text, ours=True).as_bytes(), DUE)

    when_composed(monkeypatch, by_hand)
    scene.turn()
    assert scene.drafts() == []


def test_a_draft_that_a_person_begins_in_the_last_moment_keeps_ours_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(tmp_path, 1)
    scene.turn()
    scene.now = DUE
    offered = quote(0, inquiry(0))
    own = reply(0, offered, DUE, "Dear Anna,\n\nI wanted to\n", ours=True)
    when_composed(monkeypatch, lambda: scene.server.deliver(Box.DRAFTS, own.as_bytes(), DUE, ("\\Draft",)))
    run_turn(scene.desk, scene.now)
    scene.turn()
    assert len(scene.drafts()) == 1
    assert scene.drafts()[0].raw == own.as_bytes()


@pytest.mark.parametrize("box", [Box.INBOX, Box.ARCHIVE])
def test_wherever_the_answer_was_filed_it_stops_the_clock(tmp_path: Path, box: Box) -> None:
    scene = Scene(tmp_path, 1)
    scene.turn()
    scene.now = QUOTED + timedelta(days=2)
    answer(scene, 0, box)
    for hours in range(0, 24 * 20, 6):
        scene.at(DUE + timedelta(hours=hours))
        assert scene.drafts() == []


def test_an_answer_withdraws_the_untouched_draft(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.at(DUE)
    assert len(scene.drafts()) == 3
    scene.now = DUE + timedelta(hours=2)
    answer(scene, 1)
    scene.turn()
    assert per_buyer(scene.bodies()) == {"anna@armaturen-000.de": 1, "anna@armaturen-002.de": 1}
    assert [d.state for d in scene.ledger.drafts() if d.buyer == "anna@armaturen-001.de"] == [DraftState.WITHDRAWN]


def test_an_answer_dated_before_our_quote_but_delivered_after_is_seen(tmp_path: Path) -> None:
    """A buyer's clock may be wrong by a day; his mail arrived after our quote and must not be lost sight of."""
    scene = Scene(tmp_path, 1)
    scene.turn()
    offered = quote(0, inquiry(0))
    late = reply(0, offered, QUOTED - timedelta(hours=9), WORDS, ours=False)
    scene.server.deliver(Box.INBOX, late.as_bytes(), QUOTED + timedelta(days=1))
    scene.at(DUE)
    assert scene.drafts() == []


# ---- the first reply: the one draft that answers the buyer's word. Nothing at all may have come since, from either side. ----

SWITCHED_ON = Path(__file__).parent.parent / "stories" / "switched_on"
FEW = "Dear Sirs,\n\nplease quote stainless steel ball valves DN25, PN40.\n\nAnna Schmidt\nArmaturen GmbH\nTel +49 40 5550123\n"
SOON = ASKED + timedelta(minutes=1)


def asking(directory: Path) -> Scene:
    """Inquiries of two buyers that lack quantity and port, and the first reply switched on."""
    scene = Scene(directory, 0)
    scene.rules = scene.desk.rules = replace(scene.desk.rules, book=Rulebook.build(read_rules(SWITCHED_ON)))
    for n in range(2):
        scene.server.deliver(Box.INBOX, few(n).as_bytes(), ASKED)
    return scene


def few(n: int) -> EmailMessage:
    return mail(n, f"Anna Schmidt <{buyer(n)}>", "lily@brightway.example", ASKED, FEW)


def once_more(scene: Scene, n: int) -> None:
    """The n-th buyer writes again, before anybody answered."""
    text = "We need 500 pcs, FOB Ningbo.\n"
    scene.server.deliver(Box.INBOX, reply(n, few(n), scene.now, text, ours=False).as_bytes(), scene.now)


def by_hand(scene: Scene, n: int, box: Box = Box.SENT) -> None:
    """We answer the n-th buyer, or begin to."""
    text = "Dear Anna, how many do you need?\n"
    scene.server.deliver(box, reply(n, few(n), scene.now, text, ours=True).as_bytes(), scene.now)


def test_control_both_inquiries_are_asked_back(tmp_path: Path) -> None:
    scene = asking(tmp_path)
    scene.at(SOON)
    assert per_buyer(scene.bodies()) == {buyer(0): 1, buyer(1): 1}
    scene.at(SOON + timedelta(minutes=2))
    scene.at(SOON + timedelta(days=3))
    assert per_buyer(scene.bodies()) == {buyer(0): 1, buyer(1): 1}, "they stay, and none comes twice"


@pytest.mark.parametrize("act", [once_more, by_hand, lambda s, n: by_hand(s, n, Box.DRAFTS)], ids=["buyer", "we", "our own draft"])
def test_whatever_comes_between_decision_and_append_stops_the_first_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Scene, int], None]
) -> None:
    scene = asking(tmp_path)
    scene.now = SOON
    when_composed(monkeypatch, lambda: act(scene, 1))
    run_turn(scene.desk, scene.now)
    ours = [d for d in scene.ledger.drafts() if d.topic == "first_reply"]
    assert [d.buyer for d in ours] == [buyer(0)]
    scene.at(SOON + timedelta(days=2))
    assert [d.buyer for d in scene.ledger.drafts() if d.topic == "first_reply"] == [buyer(0)]


@pytest.mark.parametrize("act", [once_more, by_hand], ids=["buyer", "we"])
def test_whatever_comes_afterwards_withdraws_the_untouched_first_reply(tmp_path: Path, act: Callable[[Scene, int], None]) -> None:
    scene = asking(tmp_path)
    scene.at(SOON)
    scene.now = SOON + timedelta(hours=1)
    act(scene, 1)
    scene.turn()
    assert per_buyer(scene.bodies()) == {buyer(0): 1}
    assert [d.state for d in scene.ledger.drafts() if d.buyer == buyer(1)] == [DraftState.WITHDRAWN]
    scene.at(SOON + timedelta(hours=3))
    assert per_buyer(scene.bodies()) == {buyer(0): 1}, "once per inquiry"


def afresh(scene: Scene, n: int) -> None:
    """We write to the n-th buyer of our own accord, in a mail that names none of his."""
    made = mail(n + 50, "lily@brightway.example", f"Anna Schmidt <{buyer(n)}>", scene.now, "Dear Anna, how many do you need?\n", subject="Ball valves of Brightway")
    scene.server.deliver(Box.SENT, made.as_bytes(), scene.now)


def another_mail(scene: Scene, n: int) -> None:
    """The n-th buyer tells the rest in a new mail instead of an answer to his own."""
    text = "Dear Sirs,\n\nI forgot: 500 pcs, FOB Ningbo.\n\nAnna\n"
    made = mail(n + 60, f"Anna Schmidt <{buyer(n)}>", "lily@brightway.example", scene.now, text, subject="What I forgot")
    scene.server.deliver(Box.INBOX, made.as_bytes(), scene.now)


@pytest.mark.parametrize("act", [afresh, another_mail], ids=["we", "buyer"])
def test_a_mail_beside_the_thread_before_the_decision_stops_the_first_reply(tmp_path: Path, act: Callable[[Scene, int], None]) -> None:
    scene = asking(tmp_path)
    scene.now = SOON - timedelta(seconds=20)
    act(scene, 1)
    scene.at(SOON)
    asked = scene.index.thread_of(str(few(1)["Message-ID"]).strip("<>"))
    assert [d.buyer for d in scene.ledger.drafts() if d.thread_id == asked] == []


@pytest.mark.parametrize("act", [afresh, another_mail], ids=["we", "buyer"])
def test_a_mail_beside_the_thread_in_the_last_moment_stops_the_first_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[[Scene, int], None]
) -> None:
    scene = asking(tmp_path)
    scene.now = SOON
    when_composed(monkeypatch, lambda: act(scene, 1))
    run_turn(scene.desk, scene.now)
    asked = scene.index.thread_of(str(few(1)["Message-ID"]).strip("<>"))
    assert [d.buyer for d in scene.ledger.drafts() if d.thread_id == asked] == []


@pytest.mark.parametrize("act", [afresh, another_mail], ids=["we", "buyer"])
def test_a_mail_beside_the_thread_withdraws_the_untouched_first_reply(tmp_path: Path, act: Callable[[Scene, int], None]) -> None:
    scene = asking(tmp_path)
    scene.at(SOON)
    scene.now = SOON + timedelta(hours=1)
    act(scene, 1)
    scene.turn()
    asked = scene.index.thread_of(str(few(1)["Message-ID"]).strip("<>"))
    assert [d.state for d in scene.ledger.drafts() if d.thread_id == asked] == [DraftState.WITHDRAWN]


def test_the_first_reply_is_the_same_after_the_index_was_lost(tmp_path: Path) -> None:
    scene = asking(tmp_path)
    scene.at(SOON)
    before = scene.bodies()
    scene.now = SOON + timedelta(hours=1)
    scene.lose_index()
    scene.turn()
    assert scene.bodies() == before
    assert {d.state for d in scene.ledger.drafts()} == {DraftState.PLACED}


# ---- the buyer at home: an answer from an address that nobody knows stays out of the thread and stops the clock all the same ----


def from_home(scene: Scene, n: int, text: str = WORDS) -> None:
    """Somebody answers our offer to the n-th buyer from an address of his own."""
    offered = quote(n, inquiry(n))
    strange = mail(n, "Anna Schmidt <anna.s@web.de>", "lily@brightway.example", scene.now, text, In_Reply_To=offered["Message-ID"])
    scene.server.deliver(Box.INBOX, strange.as_bytes(), scene.now)


def test_an_answer_from_an_unknown_address_in_the_last_moment_stops_the_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.now = DUE
    when_composed(monkeypatch, lambda: from_home(scene, 1))
    scene.turn()
    assert per_buyer(scene.bodies()) == {buyer(0): 1, buyer(2): 1}


@pytest.mark.parametrize("lose", [False, True], ids=["", "the index is lost"])
def test_an_answer_from_an_unknown_address_withdraws_the_draft_and_its_writer_is_never_written_to(tmp_path: Path, lose: bool) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.at(DUE)
    scene.now = DUE + timedelta(hours=1)
    from_home(scene, 1)
    if lose:
        scene.lose_index()
    scene.turn()
    assert per_buyer(scene.bodies()) == {buyer(0): 1, buyer(2): 1}
    row = scene.index.row(scene.index.thread_of("202609010710.1@armaturen-001.de") or "")
    assert row
    assert row.decision
    assert row.decision.reason is Reason.UNCLEAR_ANSWER
    assert "anna.s@web.de" in row.decision.detail


def test_a_fraud_that_names_our_mail_stops_nothing(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.turn()
    scene.now = DUE - timedelta(hours=30)
    from_home(scene, 1, "Dear, our bank account has changed. Please pay to IBAN DE89 3704 0044 0532 0130 00 at once, swift COBADEFF.\n")
    scene.turn()
    scene.at(DUE)
    assert per_buyer(scene.bodies())[buyer(1)] == 1
