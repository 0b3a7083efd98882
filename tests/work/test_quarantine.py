"""A mail that could not be read is set aside with its reason, and tried once more by a newer followupd."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.errors import Quarantined
from followupd.mailbox.base import Box
from followupd.turn import run_turn
from followupd.work import pull
from tests.stories.play import Stage, when


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A mailbox of two mails of which the first trips the reader of version 1."""
    (tmp_path / "one").mkdir()
    stage = Stage(tmp_path / "one", when("2026-09-01 09:00"))
    for n in range(2):
        stage.buyer, stage.mails, stage.now = f"Buyer {n} <b{n}@firm{n}.de>", [], when(f"2026-09-01 1{n}:10")
        stage.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
    monkeypatch.setattr(pull, "__version__", "1")
    monkeypatch.setattr(pull, "_read", _trips(pull._read))
    run_turn(stage.desk, stage.now)
    return stage


def _trips(read: object) -> object:
    def reads(desk: object, fetched: pull.Fetched) -> object:
        if b"Inquiry 0" in fetched.raw:
            raise Quarantined("nested too deep")
        return read(desk, fetched)  # type: ignore[operator]

    return reads


def messages(stage: Stage) -> int:
    return stage.desk.index.counts()[0]


def test_it_is_listed_with_its_reason_and_not_read_again_by_the_same_version(office: Stage) -> None:
    (skipped,) = office.desk.index.quarantined()
    assert skipped.reason == "nested too deep"
    office.desk.swept_at = None
    run_turn(office.desk, when("2026-09-01 18:00"))
    assert messages(office) == 1


def test_a_newer_version_that_can_read_it_takes_it_in(office: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(pull, "__version__", "2")
    office.desk.swept_at = None
    run_turn(office.desk, when("2026-09-01 18:00"))
    assert messages(office) == 2
    assert office.desk.index.quarantined() == ()


def test_one_that_cannot_either_sets_it_aside_again_and_loses_no_new_mail(office: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "__version__", "2")
    office.desk.swept_at = None
    office.buyer, office.mails, office.now = "Buyer 2 <b2@firm2.de>", [], when("2026-09-01 17:00")
    office.buyer_writes({"buyer": "inquiry_valves", "subject": "Inquiry 2"})
    run_turn(office.desk, when("2026-09-01 18:00"))
    assert messages(office) == 2
    assert len(office.desk.index.quarantined()) == 1
    cursor = office.desk.index.cursor(office.desk.inbox.name)
    assert cursor is not None
    assert cursor.last_uid == max(s.uid for s in office.server.messages(Box.INBOX))
