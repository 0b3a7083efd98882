"""A past whose outcome is known is replayed: what would have been drafted, needless, met."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.lab.backtest import Backtest, Past, Result, interval
from followupd.lab.room import shipped_in_force
from tests.stories.play import Stage, _do, when

BUYER = "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>"
QUOTED: list[dict[str, Any]] = [
    {"at": "2026-09-01 15:10", "buyer": "inquiry_valves", "subject": "Inquiry ball valves"},
    {"at": "2026-09-02 10:00", "we": "quote_valves_30d"},
]


def past(directory: Path, *steps: dict[str, Any]) -> tuple[Stage, list[Past]]:
    """The mail of the past, indexed once at its end, as a first look at a mailbox does."""
    directory.mkdir(exist_ok=True)
    stage = Stage(directory, when("2026-12-01 10:00"))
    stage.buyer = BUYER
    for step in (*QUOTED, *steps):
        stage.now = when(step["at"])
        _do(stage, step)
    stage.now = when("2026-12-01 10:00")
    stage.turn()
    threads = [t for row in stage.index.rows() if (t := stage.index.thread(row.id))]
    return stage, [Past(t, stage.index.judgements(t), stage.ledger.view(t)) for t in threads]


def replayed(directory: Path, *steps: dict[str, Any], until: str = "2026-12-01 10:00", silence: str = "") -> Result:
    from followupd.rulesource import read_rules

    stage, pasts = past(directory, *steps)
    rules = shipped_in_force()
    if silence:
        from followupd.accounts import rules_in_force

        (directory / "rules").mkdir()
        (directory / "rules" / "stages.yaml").write_text(f"quoted: {{silence: {silence}}}\n")
        rules = rules_in_force(read_rules(directory / "rules"))
    found = Backtest(
        rules, stage.desk.own, stage.desk.settings, when("2026-08-01 00:00"), when(until), timedelta(days=14)
    ).run([replace(p) for p in pasts])
    stage.close()
    return found


def test_a_silence_is_met_on_the_day_the_rule_says(tmp_path: Path) -> None:
    found = replayed(tmp_path, until="2026-09-20 10:00")
    assert [(m.topic, m.at.date().isoformat(), m.then) for m in found.made][:1] == [("complete_quote", "2026-09-06", "open")]
    assert (found.silences, found.caught, found.after) == (1, 1, 4)


def test_who_answers_soon_made_the_draft_needless(tmp_path: Path) -> None:
    found = replayed(tmp_path, {"at": "2026-09-10 15:00", "buyer": "reply_question"})
    assert [m.then for m in found.made] == ["answered"]
    assert found.silences == 0


def test_another_threshold_drafts_later_and_less(tmp_path: Path) -> None:
    found = replayed(tmp_path, {"at": "2026-09-10 15:00", "buyer": "reply_question"}, silence="[8bd, 12bd]")
    assert found.made == ()


def test_who_wrote_by_hand_was_first(tmp_path: Path) -> None:
    found = replayed(tmp_path, {"at": "2026-09-10 10:00", "we": "hand_followup"}, until="2026-09-12 10:00")
    assert [m.then for m in found.made] == ["own"]


def test_it_does_what_the_daemon_does_when_every_draft_is_sent_at_once(tmp_path: Path) -> None:
    live = Stage(tmp_path, when("2026-09-01 15:10"))
    live.buyer = BUYER
    for step in QUOTED:
        live.pass_until(when(step["at"])) if live.mails else setattr(live, "now", when(step["at"]))
        _do(live, step)
        live.turn()
    live.pass_until(when("2026-12-01 10:00"), send_all=True)
    lived = [p.topic for p in live.placed]
    live.close()
    found = replayed(tmp_path / "past")
    assert [m.topic for m in found.made] == lived


def test_a_stop_wish_ends_it_in_the_past_too(tmp_path: Path) -> None:
    assert replayed(tmp_path, {"at": "2026-09-03 15:00", "buyer": "reply_stop"}).made == ()


def test_the_same_twice(tmp_path: Path) -> None:
    assert replayed(tmp_path / "a").topics == replayed(tmp_path / "b").topics


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(0, 0, 0.0, 1.0), (5, 10, 0.24, 0.76), (0, 10, 0.0, 0.28)])
def test_the_range_of_a_share(part: int, whole: int, low: float, high: float) -> None:
    found = interval(part, whole)
    assert (round(found[0], 2), round(found[1], 2)) == (low, high)
