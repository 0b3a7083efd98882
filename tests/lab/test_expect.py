"""Every expectation a story may state can fail: a story that expects the contrary of what comes is told so."""

from pathlib import Path
from typing import Any

import pytest

from followupd.lab.expect import CHECKS
from followupd.lab.play import play
from followupd.lab.story import Expect
from tests.stories.play import Stage, told

STEPS: list[dict[str, Any]] = [
    {"at": "2026-09-01 15:10", "buyer": "inquiry_valves", "subject": "Inquiry ball valves"},
    {"at": "2026-09-02 10:00", "we": "quote_valves_30d"},
]
HOLDS: dict[str, Any] = {
    "drafts": ["complete_quote"],
    "drafts_exactly": 1,
    "drafts_at_least": 1,
    "drafts_at_most": 1,
    "drafts_include": "complete_quote",
    "last": "complete_quote",
    "no_repeat": True,
    "never_on": ["sat", "sun"],
    "contains": ["Schmidt"],
    "lacks": ["any news"],
    "subject": "Inquiry ball valves",
    "open": 1,
    "withdrawn": 0,
    "alarms": 0,
    "alarms_at_least": 0,
    "stage": "quoted",
    "move": "them",
    "reason": "draft_open",
    "verdict": "genuine",
    "risk": "none",
    "next": "2026-10-03",
    "threads": 1,
    "quotes": 1,
    "each_to_own_buyer": True,
    "recipients": 1,
}
FAILS: dict[str, Any] = {
    "drafts": ["close_out"],
    "drafts_exactly": 2,
    "drafts_at_least": 2,
    "drafts_at_most": 0,
    "drafts_include": "close_out",
    "last": "close_out",
    "never_on": ["mon"],
    "contains": ["Meier"],
    "lacks": ["schmidt"],
    "subject": "lamps",
    "open": 0,
    "withdrawn": 1,
    "alarms": 1,
    "alarms_at_least": 1,
    "stage": "negotiating",
    "move": "us",
    "reason": "muted",
    "answer": "stop",
    "verdict": "vague",
    "risk": "fraud",
    "next": "never",
    "threads": 2,
    "quotes": 2,
    "recipients": 2,
}
DAY = "2026-09-07 18:00"


def failures(directory: Path, *expected: dict[str, Any]) -> list[str]:
    story = told({"title": "t", "buyer": "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>",
                  "steps": [*STEPS, *({"at": DAY, "expect": e} for e in expected)]})  # fmt: skip
    stage = Stage(directory, story.moment("2026-09-01 15:10"))
    try:
        return [f.key for f in play(story, stage)]
    finally:
        stage.close()


def test_what_holds_holds(tmp_path: Path) -> None:
    assert failures(tmp_path, HOLDS) == []


@pytest.mark.parametrize("key", FAILS)
def test_the_contrary_is_told(key: str, tmp_path: Path) -> None:
    assert set(failures(tmp_path, {key: FAILS[key]})) == {key}


def test_a_topic_twice_running_and_a_draft_to_another_are_told(tmp_path: Path) -> None:
    story = told({"title": "t", "buyer": "Anna Schmidt <anna.schmidt@schmidt-armaturen.de>",
                  "steps": [*STEPS, {"at": DAY, "human": "none"}]})  # fmt: skip
    stage = Stage(tmp_path, story.moment("2026-09-01 15:10"))
    assert play(story, stage) == []
    stage.placed.append(stage.placed[0])
    expect = {"steps": [{"at": DAY, "expect": {"no_repeat": True, "each_to_own_buyer": True}}]}
    again = told({"title": "t", "buyer": "a@b.example", **expect})
    from followupd.lab.expect import Watch

    def line(key: str) -> str:
        return key

    assert [f.key for f in Watch(stage).check(again.entry.steps[0], line)] == ["no_repeat"]
    raw = stage.placed[0].raw.replace(b"anna.schmidt@schmidt-armaturen.de", b"else@attacker.example")
    stage.placed[1] = type(stage.placed[0])("close_out", stage.now, raw, stage.placed[0].decision)
    assert [f.key for f in Watch(stage).check(again.entry.steps[0], line)] == ["each_to_own_buyer"]
    stage.close()


def test_every_expectation_is_tried_here() -> None:
    assert set(CHECKS) == set(Expect.model_fields) == {*HOLDS, *FAILS}
    assert set(HOLDS) - set(FAILS) == {"no_repeat", "each_to_own_buyer"}
