"""A mail dragged into a correction folder is the user's word: kept, obeyed at once, and the mail is put back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.mailbox.base import Box
from followupd.model import Reason, Word, WordKind
from tests.stories.play import Stage, when

FOLDERS = {"genuine": "Followup/Genuine", "vague": "Followup/Vague", "not_a_buyer": "Followup/Not a buyer", "mute": "Followup/Mute"}
ANNA = "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>"


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    made = Stage(tmp_path, when("2026-09-01 10:00"))
    made.buyer, made.now = ANNA, when("2026-09-01 10:00")
    for name in FOLDERS.values():
        made.server.create(name)
    reopen(made)
    return made


def reopen(stage: Stage) -> None:
    stage.restart()
    stage.desk.corrections = FOLDERS


def inquiry(stage: Stage, number: int = 0, text: str = "inquiry_valves") -> None:
    stage.mails = []
    stage.buyer_writes({"buyer": text, "subject": f"Inquiry {number}", "refs": "none", "from": f"Anna <anna{number or ''}@schmidt-armaturen.de>"})
    stage.turn()


def drag(stage: Stage, folder: str, box: str | Box = Box.INBOX) -> None:
    stage.server.move(box, stage.server.messages(box)[-1].uid, folder)


def verdicts(stage: Stage) -> set[tuple[str, str]]:
    return {(w.scope, w.value) for w in stage.ledger.words() if w.kind is WordKind.VERDICT}


def test_a_dragged_mail_is_a_word_and_goes_back_where_it_was(stage: Stage) -> None:
    stage.server.create("Customers")
    reopen(stage)
    inquiry(stage)
    stage.server.move(Box.INBOX, 1, "Customers")
    stage.now += timedelta(minutes=10)
    stage.turn()
    drag(stage, "Followup/Not a buyer", "Customers")
    stage.turn()
    assert verdicts(stage) == {("thread", "not_a_buyer"), ("buyer", "not_a_buyer")}
    assert [len(stage.server.messages(f)) for f in ("Customers", "Followup/Not a buyer", Box.INBOX)] == [1, 0, 0]
    row = stage.index.row(stage.thread_id())
    assert row is not None
    assert row.decision is not None
    assert row.decision.reason is Reason.NOT_A_BUYER


def test_it_applies_to_the_other_threads_of_that_buyer(stage: Stage) -> None:
    inquiry(stage)
    other = stage.thread_id()
    stage.buyer_writes({"buyer": "inquiry_valves", "subject": "Another matter", "refs": "none", "from": "Anna <anna@schmidt-armaturen.de>"})
    stage.turn()
    drag(stage, "Followup/Not a buyer")
    stage.turn()
    row = stage.index.row(other)
    assert row is not None
    assert row.decision is not None
    assert row.decision.reason is Reason.NOT_A_BUYER


def test_a_second_drag_replaces_the_first_word(stage: Stage) -> None:
    inquiry(stage)
    drag(stage, "Followup/Vague")
    stage.turn()
    drag(stage, "Followup/Genuine")
    stage.now += timedelta(minutes=1)
    stage.turn()
    assert verdicts(stage) == {("thread", "genuine"), ("buyer", "genuine")}


def test_mute_is_about_the_thread_only(stage: Stage) -> None:
    inquiry(stage)
    drag(stage, "Followup/Mute")
    stage.turn()
    (word,) = stage.ledger.words()
    assert (word.kind, word.scope) == (WordKind.MUTE, "thread")


def test_where_mails_cannot_be_moved_the_word_is_taken_once_and_a_later_one_stands(stage: Stage) -> None:
    stage.server.can_move = False
    inquiry(stage)
    drag(stage, "Followup/Vague")
    stage.turn()
    assert len(stage.server.messages("Followup/Vague")) == 1
    later = Word(kind=WordKind.VERDICT, scope="thread", target=stage.mails[0]["Message-ID"].strip("<>"), value="genuine", at=stage.now)
    stage.ledger.drop_words([w for w in stage.ledger.words() if w.scope == "thread"])
    stage.ledger.add_word(later)
    stage.turn()
    stage.lose_index()
    stage.desk.corrections = FOLDERS
    stage.turn()
    assert ("thread", "genuine") in verdicts(stage), "a mail left lying says nothing twice, not even to a new index"


def test_a_stranger_to_the_index_says_nothing(stage: Stage) -> None:
    stage.server.deliver("Followup/Genuine", b"From: x\r\n\r\n", stage.now)
    stage.turn()
    assert stage.ledger.words() == ()


def test_corrections_teach_and_teach_the_same_to_a_new_index(stage: Stage) -> None:
    for number in range(1, 9):
        inquiry(stage, number)
        drag(stage, "Followup/Vague")
        stage.now += timedelta(minutes=1)
        stage.turn()
    taught = dict(stage.desk.rules.judging.lessons.by_signal)
    assert taught, "eight corrections that agree teach something"
    row = stage.index.row(stage.thread_id())
    assert row is not None
    assert row.facts is not None
    assert row.facts.inquiry is not None
    assert any("before your corrections" in h.en for h in row.facts.inquiry.hits)
    facts = row.facts
    stage.lose_index()
    stage.desk.corrections = FOLDERS
    stage.turn()
    assert dict(stage.desk.rules.judging.lessons.by_signal) == taught
    again = stage.index.row(stage.thread_id())
    assert again is not None
    assert again.facts == facts
    stage.ledger.drop_words(stage.ledger.words())
    stage.turn()
    assert stage.desk.rules.judging.lessons.by_signal == {}
    forgotten = stage.index.row(stage.thread_id())
    assert forgotten is not None
    assert forgotten.facts is not None
    assert forgotten.facts.inquiry is not None
    assert not any("before your corrections" in h.en for h in forgotten.facts.inquiry.hits)


def test_a_crash_between_word_and_move_says_it_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    inquiry(stage)
    drag(stage, "Followup/Genuine")
    mailbox = stage.desk.mailbox
    monkeypatch.setattr(type(mailbox), "move", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        stage.turn()
    monkeypatch.undo()
    reopen(stage)
    stage.turn()
    assert verdicts(stage) == {("thread", "genuine"), ("buyer", "genuine")}
    assert len(stage.server.messages(Box.INBOX)) == 1


def test_a_folder_made_while_we_run_is_found_at_the_next_sweep(tmp_path: Path) -> None:
    made = Stage(tmp_path, when("2026-09-01 10:00"))
    made.buyer, made.now = ANNA, when("2026-09-01 10:00")
    made.desk.corrections = FOLDERS
    inquiry(made)
    made.server.create("Followup/Vague")
    drag(made, "Followup/Vague")
    made.now += timedelta(minutes=6)
    made.turn()
    assert verdicts(made) == {("thread", "vague"), ("buyer", "vague")}
