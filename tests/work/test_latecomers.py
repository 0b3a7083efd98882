"""An APPEND that a server carries out when we have long taken it for lost: one draft stays, whatever was done meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from followupd.lab.stage import opened
from followupd.mailbox.base import Box
from followupd.model import DraftState
from followupd.turn import run_turn
from tests.stories.play import Stage, when
from tests.work.test_intents import DUE, LATER, cut_at, saves_anew, saves_anew_under_its_id, standing

MUCH_LATER = when("2026-09-09 16:30")
EVEN_LATER = when("2026-09-09 16:40")


def lost_and_written_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The first of three drafts never arrives and is written once more; returns what the server still has in its hands."""
    cut_at(stage, monkeypatch, 0, arrives=False)
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 3
    return stage.drafts()[0].raw


def comes_late(stage: Stage, raw: bytes) -> None:
    stage.server.deliver(Box.DRAFTS, raw, DUE, flags=("\\Draft", "\\Seen"))


def states(stage: Stage) -> set[DraftState]:
    return {d.state for d in stage.ledger.drafts()}


def test_of_two_copies_one_stays(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    comes_late(stage, lost_and_written_again(stage, monkeypatch))
    assert len(standing(stage)) == 4
    run_turn(stage.desk, MUCH_LATER)
    assert len(standing(stage)) == 3
    run_turn(stage.desk, EVEN_LATER)
    assert len(standing(stage)) == 3
    assert states(stage) == {DraftState.PLACED}


def test_what_comes_before_it_was_written_again_counts_as_written(stage: Stage) -> None:
    run_turn(stage.desk, DUE)
    for record in stage.ledger.drafts():
        stage.ledger.put_draft(replace(record, state=DraftState.FAILED))
    run_turn(stage.desk, LATER)
    assert states(stage) == {DraftState.PLACED}
    assert len(standing(stage)) == 3


@pytest.mark.parametrize("named_anew", [True, False])
def test_beside_one_that_a_person_has_changed_it_goes(stage: Stage, monkeypatch: pytest.MonkeyPatch, named_anew: bool) -> None:
    raw = lost_and_written_again(stage, monkeypatch)
    (mine,) = [s for s in stage.drafts() if opened(s.raw)["Message-ID"] == opened(raw)["Message-ID"]]
    (saves_anew if named_anew else saves_anew_under_its_id)(stage, mine)
    run_turn(stage.desk, MUCH_LATER)
    comes_late(stage, raw)
    run_turn(stage.desk, EVEN_LATER)
    assert len(standing(stage)) == 3
    assert sum(b"A line of my own" in s.raw for s in stage.drafts()) == 1


def test_copies_that_a_person_made_of_a_draft_sent_once_stay(stage: Stage) -> None:
    run_turn(stage.desk, DUE)
    mine = stage.drafts()[0]
    saves_anew_under_its_id(stage, mine)
    stage.server.deliver(Box.DRAFTS, mine.raw, LATER, flags=("\\Draft", "\\Seen"))
    run_turn(stage.desk, MUCH_LATER)
    assert len(standing(stage)) == 4


def test_one_that_was_taken_back_is_taken_back_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = lost_and_written_again(stage, monkeypatch)
    (record,) = [d for d in stage.ledger.drafts() if d.message_id in raw.decode("utf-8", "replace")]
    (mine,) = [s for s in stage.drafts() if record.message_id.encode() in s.raw]
    asked = next(opened(m.raw) for m in stage.server.messages(Box.INBOX) if record.buyer in str(opened(m.raw)["From"]))
    answer = f"""From: {record.buyer}\nTo: {asked["To"]}\nSubject: Re: {asked["Subject"]}\nMessage-ID: <answer@firm.de>
In-Reply-To: {asked["Message-ID"]}\nDate: Wed, 9 Sep 2026 14:20:00 +0000\n\nPlease do not write to me any more.\n"""
    stage.server.deliver(Box.INBOX, answer.encode(), MUCH_LATER)
    run_turn(stage.desk, MUCH_LATER)
    run_turn(stage.desk, MUCH_LATER)
    assert mine.uid not in standing(stage)
    comes_late(stage, raw)
    run_turn(stage.desk, EVEN_LATER)
    assert len(standing(stage)) == 2


@pytest.mark.parametrize("sends", [True, False])
def test_one_that_a_person_has_done_with_does_not_rise_again(stage: Stage, monkeypatch: pytest.MonkeyPatch, sends: bool) -> None:
    raw = lost_and_written_again(stage, monkeypatch)
    (mine,) = [s for s in stage.drafts() if opened(s.raw)["Message-ID"] == opened(raw)["Message-ID"]]
    if sends:
        stage.server.deliver(Box.SENT, mine.raw, LATER, flags=("\\Seen",))
    stage.server.delete(Box.DRAFTS, mine.uid)
    run_turn(stage.desk, MUCH_LATER)
    comes_late(stage, raw)
    run_turn(stage.desk, EVEN_LATER)
    assert len(standing(stage)) == 2
    run_turn(stage.desk, EVEN_LATER)
    assert len(standing(stage)) == 2
    assert states(stage) == {DraftState.PLACED, DraftState.SENT if sends else DraftState.DELETED}


def test_what_a_person_fetches_back_from_the_bin_stays(stage: Stage) -> None:
    run_turn(stage.desk, DUE)
    mine = stage.drafts()[0]
    bin = stage.server.move(Box.DRAFTS, mine.uid, Box.TRASH)
    run_turn(stage.desk, LATER)
    stage.server.move(Box.TRASH, bin, Box.DRAFTS)
    run_turn(stage.desk, MUCH_LATER)
    assert len(standing(stage)) == 3
