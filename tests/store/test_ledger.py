"""The ledger forgets nothing, says what is wrong with it, and finds what belongs to a thread."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from store_makers import ANNA, NOW, mail, record

from followupd.errors import StoreFull, UserError
from followupd.model import Address, DraftState, Thread, Word, WordKind
from followupd.store.ledger import KEEP_BACKUPS, Ledger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.json"


def thread(*messages, id="0123456789"):
    return Thread(id=id, messages=messages, buyer=ANNA)


def test_what_was_flushed_is_read_again_unchanged(path):
    ledger = Ledger(path)
    kept = record(state=DraftState.SENT, sent_as="s@x", closed=NOW, uid=7, uidvalidity=3, uidnext=7, folder="草稿箱")
    word = Word(kind=WordKind.SNOOZE, scope="thread", target="i1@x", until=NOW + timedelta(days=3), at=NOW)
    ledger.put_draft(kept)
    ledger.add_word(word)
    ledger.note("digest", "2026-11-23")
    ledger.flush()
    again = Ledger(path)
    assert again.drafts() == (kept,)
    assert again.words() == (word,)
    assert again.get("digest") == "2026-11-23"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_flush_writes_what_the_standard_library_would_and_takes_no_more_than_three_times_the_file(path):
    """Byte for byte, since people and older followupds read it; and no crumbs, or a daemon grows by what it has written."""
    ledger = Ledger(path)
    hostile = 'Re: 询价 \u2028 \x7f \x01 "quoted" \\ </tag> é'
    for n in range(300):
        ledger.put_draft(record(token=f"{n:032x}", message_id=f"fu.{n}@x", subject=hostile, detail=hostile * 3))
    ledger.note(hostile, hostile)
    tracemalloc.start()
    try:
        ledger.flush()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    written = path.read_bytes()
    assert written == (json.dumps(json.loads(written), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    assert peak < 3 * len(written)


def test_nothing_is_on_disk_before_the_flush_and_a_flush_without_change_writes_nothing(path):
    ledger = Ledger(path)
    ledger.put_draft(record())
    assert not path.exists()
    ledger.flush()
    before = path.stat()
    ledger.flush()
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


def test_a_record_changes_in_place_and_is_found_by_its_new_message_id(path):
    ledger = Ledger(path)
    ledger.put_draft(record())
    ledger.update_draft("t0", state=DraftState.WITHDRAWN, closed=NOW)
    ledger.put_draft(record(message_id="second@x"))
    assert len(ledger.drafts()) == 1
    assert ledger.draft_by_message_id("t0@brightlamp.example") is None
    assert ledger.draft_by_message_id("second@x") == record(message_id="second@x") == ledger.draft("t0")
    with pytest.raises(KeyError):
        ledger.update_draft("nobody", step=1)


def test_drafts_are_chosen_by_state_oldest_first(path):
    ledger = Ledger(path)
    for n, state in enumerate((DraftState.PLACED, DraftState.SENT, DraftState.PLACED)):
        ledger.put_draft(record(f"t{n}", state=state, created=NOW - timedelta(days=n)))
    assert [r.token for r in ledger.drafts((DraftState.PLACED,))] == ["t2", "t0"]
    assert len(ledger.drafts()) == 3


def test_a_view_holds_the_turns_of_the_thread_its_buyers_drafts_and_the_words_on_either(path):
    ledger = Ledger(path)
    ours = record("turn", turn_id="q2@x", thread_id="old")
    by_id = record("by-id", turn_id="gone@x")
    other = record("other", turn_id="far@x", thread_id="other", buyer=ANNA.email)
    stranger = record("stranger", turn_id="z@x", thread_id="zzz", buyer="b@other.example")
    for r in (ours, by_id, other, stranger):
        ledger.put_draft(r)
    words = [
        Word(kind=WordKind.MUTE, scope="thread", target="i1@x", at=NOW),
        Word(kind=WordKind.STOP, scope="buyer", target=ANNA.email, at=NOW),
        Word(kind=WordKind.MUTE, scope="thread", target=ANNA.email, at=NOW),
        Word(kind=WordKind.STOP, scope="buyer", target="b@other.example", at=NOW),
    ]
    for word in words:
        ledger.add_word(word)
    view = ledger.view(thread(mail("i1@x"), mail("q2@x", "i1@x", ours=True)))
    assert {r.token for r in view.drafts} == {"turn", "by-id"}
    assert {r.token for r in view.buyer_drafts} == {"turn", "by-id", "other"}
    assert view.words == tuple(words[:2])


def test_a_view_follows_a_record_that_moved(path):
    ledger = Ledger(path)
    ledger.put_draft(record(thread_id="before"))
    ledger.update_draft("t0", thread_id="after", buyer="new@x")
    assert ledger.view(thread(mail("a@x"), id="before")).drafts == ()
    assert len(ledger.view(thread(mail("a@x"), id="after")).drafts) == 1
    assert ledger.view(Thread(id="q", messages=(mail("a@x"),), buyer=Address(ANNA.email))).buyer_drafts == ()


def test_the_same_word_twice_is_one_and_dropping_leaves_the_others(path):
    ledger = Ledger(path)
    mute = Word(kind=WordKind.MUTE, scope="thread", target="i1@x", at=NOW)
    stop = replace(mute, kind=WordKind.STOP)
    for word in (mute, mute, stop):
        ledger.add_word(word)
    ledger.drop_words([mute])
    ledger.flush()
    assert Ledger(path).words() == (stop,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"drafts": [1]}',
        '{"drafts": {"1": 5}}',
        '{"drafts": {"x": {}}}',
        '{"drafts": {"1": {"token": "t"}}}',
        '{"words": {"1": {"kind": "shout", "scope": "thread", "target": "x", "at": "2026-01-01T00:00:00Z"}}}',
        '{"notes": {"1": {"value": "without key"}}}',
        "[" * 5000,
    ],
)
def test_a_damaged_file_is_named_with_its_newest_backup_and_left_alone(path, text):
    path.write_text(text)
    for day in ("2026-11-20", "2026-11-22", "2026-11-21"):
        path.with_name(f"ledger.{day}.bak").write_text("{}")
    with pytest.raises(UserError) as caught:
        Ledger(path)
    assert "ledger.json" in str(caught.value)
    assert "ledger.2026-11-22.bak" in str(caught.value)
    assert path.read_text() == text


def test_a_damaged_file_without_backup_says_so(path):
    path.write_text("{")
    with pytest.raises(UserError, match="no backup"):
        Ledger(path)


def test_a_ledger_of_a_newer_followupd_is_refused(path):
    path.write_text(json.dumps({"notes": {"1": {"key": "schema", "value": "99"}}}))
    with pytest.raises(UserError, match="schema 99"):
        Ledger(path)


def test_a_failed_flush_keeps_the_old_file_and_the_next_one_succeeds(path, monkeypatch):
    ledger = Ledger(path)
    ledger.put_draft(record("old"))
    ledger.flush()
    before = path.read_bytes()
    ledger.put_draft(record("new"))
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", lambda fd: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(StoreFull):
            ledger.flush()
    assert path.read_bytes() == before
    ledger.flush()
    assert {r.token for r in Ledger(path).drafts()} == {"old", "new"}


def test_a_backup_a_day_and_only_the_newest_seven(path):
    ledger = Ledger(path)
    assert ledger.backup(NOW) is None, "nothing to copy yet"
    ledger.put_draft(record())
    ledger.flush()
    for day in range(KEEP_BACKUPS + 3):
        assert ledger.backup(NOW + timedelta(days=day)) is not None
        assert ledger.backup(NOW + timedelta(days=day, hours=1)) is None
    kept = sorted(p.name for p in path.parent.glob("*.bak"))
    assert len(kept) == KEEP_BACKUPS
    assert kept[-1] == "ledger.2026-12-02.bak"
    assert (path.parent / kept[-1]).read_bytes() == path.read_bytes()


def test_a_look_while_the_daemon_runs_writes_nothing(path):
    looker = Ledger(path, read_only=True)
    assert looker.drafts() == ()
    looker.close()
    assert not path.exists()
    with pytest.raises(RuntimeError):
        looker.note("a", "b")
