"""What waits is looked at between two looks at the mailbox, and comes to the same as if all had been done at once."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from followupd.accounts import rules_in_force
from followupd.judging import thread as room
from followupd.judging.tables import JudgingRules
from followupd.mailbox.base import Box
from followupd.model import Reason
from followupd.reading.marks import Marks
from followupd.rulesource import RuleSource, after_judging, read_rules
from followupd.turn import TurnReport, run_turn
from followupd.work import catch_up
from tests.stories.play import Stage, when

THREADS, LIMIT = 9, 3
NOW = when("2026-09-09 16:00")


def office(directory: Path, server: Any = None) -> Stage:
    directory.mkdir()
    stage = Stage(directory, when("2026-09-09 09:00"), server)
    limits = stage.desk.rules.book.limits.model_copy(update={"drafts_per_day": LIMIT})
    stage.desk.rules = replace(stage.desk.rules, book=replace(stage.desk.rules.book, limits=limits))
    stage.now = NOW
    return stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Quotes that are all due for a follow-up; the fifth is the most pressing."""
    made = office(tmp_path / "one")
    for n in range(THREADS):
        made.buyer, made.now, made.mails = f"Buyer {n} <b{n}@firm{n}.de>", when(f"2026-09-0{1 + n % 2} 15:10"), []
        made.buyer_writes({"buyer": "inquiry_valves", "subject": f"Inquiry {n}"})
        made.now = when(f"2026-09-0{1 + n % 2} 17:{10 + n}")
        made.we_write({"we": "quote_valves_full_until" if n == 4 else "quote_valves_30d", "until_date": "10 Sep 2026"})
    made.now = NOW
    return made


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than two threads are work for later, and a turn has time for two of them."""
    monkeypatch.setattr(catch_up, "AT_ONCE", 2)
    monkeypatch.setattr(catch_up, "JUDGED", 2)
    monkeypatch.setattr(catch_up, "DECIDED", 2)
    monkeypatch.setattr(catch_up, "SHARE", 1e-9)
    monkeypatch.setattr(catch_up, "monotonic", iter(n * 0.6e-9 for n in range(10**9)).__next__)
    # A turn began at a time of another clock, far ahead: what waits gets no more than its share.


def until_quiet(stage: Stage) -> list[TurnReport]:
    reports = [run_turn(stage.desk, stage.now)]
    while reports[-1].again:
        assert len(reports) < 100
        reports.append(run_turn(stage.desk, stage.now))
    return reports


def outcome(stage: Stage) -> tuple[object, ...]:
    rows = sorted(stage.index.rows(), key=lambda r: r.id)
    return [(r.id, r.facts, r.decision, r.acted, r.next_due) for r in rows], sorted(d.raw for d in stage.drafts())


def test_in_slices_it_comes_to_the_same_as_at_once(stage: Stage, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    same = office(tmp_path / "two", deepcopy_server(stage))
    until_quiet(same)
    assert len(same.drafts()) == LIMIT
    request.getfixturevalue("slow")
    reports = until_quiet(stage)
    assert len(reports) > THREADS / 2
    assert outcome(stage) == outcome(same)
    assert sum(r.judged for r in reports) == THREADS
    assert not stage.index.dirty()
    assert not stage.index.waiting(1, 1)


def deepcopy_server(stage: Stage) -> Any:
    made = type(stage.server)()
    for box in (Box.SENT, Box.INBOX):
        for mail in stage.server.messages(box):
            made.deliver(box, mail.raw, mail.when, deepcopy(mail.flags))
    return made


def test_a_new_mail_does_not_wait_for_what_waits(stage: Stage, slow: None) -> None:
    until_quiet(stage)
    with stage.index.transaction():
        stage.index.look_again(judge=True)
    assert run_turn(stage.desk, stage.now).again
    stage.buyer, stage.mails = "New <new@newfirm.de>", []
    stage.buyer_writes({"buyer": "inquiry_valves", "subject": "Quite new"})
    report = run_turn(stage.desk, stage.now)
    assert report.again, "others still wait"
    row = stage.index.row(stage.thread_id())
    assert row is not None
    assert row.facts is not None
    assert row.decision is not None


def test_no_effect_before_the_last_thread_is_known(stage: Stage, slow: None) -> None:
    reports = until_quiet(stage)
    first = next(n for n, r in enumerate(reports) if r.drafted)
    assert sum(r.judged for r in reports[:first]) == THREADS
    topics = [d.topic for _, d, draft in reports[first].decisions if draft]
    assert len(topics) <= 2
    assert "validity_ending" in topics, "the most pressing is written first"
    waiting = [r for r in stage.index.rows() if r.decision and r.decision.reason is Reason.LIMIT_DAY]
    assert len(waiting) == THREADS - LIMIT


def test_very_many_that_come_due_wait_too(stage: Stage, slow: None) -> None:
    until_quiet(stage)
    stage.now = when("2026-09-10 17:00")
    assert len(stage.index.due(stage.now)) > 2
    assert run_turn(stage.desk, stage.now).again
    assert stage.index.due(stage.now) == []
    until_quiet(stage)
    assert len(stage.drafts()) == 2 * LIMIT


def test_when_only_deciding_changes_nothing_is_judged(stage: Stage, slow: None, monkeypatch: pytest.MonkeyPatch) -> None:
    until_quiet(stage)
    judged: list[str] = []
    judge = room.judge_message
    monkeypatch.setattr(room, "judge_message", lambda m, *rest: judged.append(m.id) or judge(m, *rest))
    for anew, count in ((False, 0), (True, 2 * THREADS)):
        with stage.index.transaction():
            if anew:
                stage.index.forget_judgements()
            stage.index.look_again(judge=anew)
        reports = until_quiet(stage)
        assert sum(r.caught_up for r in reports) >= THREADS
        assert len(judged) == count


def test_a_daemon_that_stops_leaves_what_waits(stage: Stage, slow: None) -> None:
    stage.desk.stopping = lambda: bool(stage.index.waiting(1, 1))
    run_turn(stage.desk, stage.now)
    assert len(stage.index.waiting(100, 100)) == THREADS
    stage.desk.stopping = lambda: False
    until_quiet(stage)
    assert len(stage.drafts()) == LIMIT


# ---- which rules are judged by ---------------------------------------------------------------------


class Asked(RuleSource):
    """Rules that remember which tables they were asked for."""

    def entries(self, table: str) -> Any:
        tables.add(table)
        return super().entries(table)


tables: set[str] = set()


def test_judging_asks_for_no_table_that_counts_as_decided_by() -> None:
    source = read_rules()
    tables.clear()
    asked = Asked(source.tables, source.texts, source.origins)
    JudgingRules.build(asked)
    Marks.build(asked)
    # moves.yaml names stages; that they exist is checked, nothing else is asked of them
    assert {t for t in tables if after_judging(t)} == {"stages"}
    assert {"signals", "replies", "quoting", "kinds"} <= tables


def test_other_limits_leave_the_rules_for_judging_as_they_were(tmp_path: Path) -> None:
    before = read_rules()
    (tmp_path / "limits.yaml").write_text("global: {drafts_per_day: 7}\n")
    after = read_rules(tmp_path)
    assert (after.digest != before.digest, after.judging_digest == before.judging_digest) == (True, True)
    first = rules_in_force(before)
    second = rules_in_force(after, first)
    assert second.judging is first.judging
    assert second.book.limits.drafts_per_day == 7
    (tmp_path / "signals.yaml").write_text("quantity: {points: 9}\n")
    assert read_rules(tmp_path).judging_digest != before.judging_digest
