"""Several drafts of one turn, a cut in between, and a person who is quicker than our next look: nothing is lost, nothing comes twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from followupd.errors import LinkLost
from followupd.mailbox.base import Appended, Box, Folder
from followupd.turn import run_turn
from tests.stories.play import Stage, when

DUE, LATER = when("2026-09-09 16:00"), when("2026-09-09 16:05")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Three offers that are all due for a follow-up."""
    (tmp_path / "one").mkdir()
    made = Stage(tmp_path / "one", when("2026-09-01 09:00"))
    for n in range(3):
        made.buyer, made.now, made.mails = f"Buyer {n} <b{n}@firm{n}.de>", when(f"2026-09-01 1{n}:10"), []
        made.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
        made.now = when(f"2026-09-02 1{n}:10")
        made.we_write({"we": "quote_valves_30d"})
    run_turn(made.desk, made.now)
    return made


def cut_at(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int, *, arrives: bool) -> None:
    """The line is cut at the APPEND of that number: before the server has it, or behind it."""
    append, count = stage.desk.mailbox.append, iter(range(100))

    def cuts(folder: Folder, raw: bytes, flags: tuple[str, ...], at: datetime) -> Appended:
        mine = next(count) == number
        if mine and not arrives:
            raise LinkLost("cut")
        done = append(folder, raw, flags, at)
        if mine:
            raise LinkLost("cut")
        return done

    monkeypatch.setattr(stage.desk.mailbox, "append", cuts)
    with pytest.raises(LinkLost):
        run_turn(stage.desk, DUE)
    monkeypatch.setattr(stage.desk.mailbox, "append", append)


def standing(stage: Stage) -> list[int]:
    return [s.uid for s in stage.server.messages(Box.DRAFTS)]


@pytest.mark.parametrize("number", [1, 2])
def test_a_draft_that_never_arrived_comes_though_a_person_deleted_another(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    cut_at(stage, monkeypatch, number, arrives=False)
    for uid in standing(stage):
        stage.server.delete(Box.DRAFTS, uid)
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 3 - number


@pytest.mark.parametrize("number", [0, 1])
def test_of_drafts_behind_a_cut_only_the_one_under_way_may_have_been_deleted(stage: Stage, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    cut_at(stage, monkeypatch, number, arrives=True)
    stage.server.delete(Box.DRAFTS, standing(stage)[-1])
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 2, "the others stand there, the deleted one does not come back"


def test_whatever_arrived_is_not_made_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_at(stage, monkeypatch, 1, arrives=True)
    run_turn(stage.desk, LATER)
    assert len(standing(stage)) == 3
