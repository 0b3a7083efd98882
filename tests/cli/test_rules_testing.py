"""`rules test`: a user's stories, played through the real turn, and what is told when one comes out otherwise."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import outcome

STORY = """\
- title: Three working days after the quote
  buyer: Anna Schmidt <anna.schmidt@schmidt-armaturen.de>
  steps:
    - {at: 2026-09-01 15:10, buyer: inquiry_valves}
    - {at: 2026-09-02 10:00, we: quote_valves_30d}
    - at: 2026-09-07 14:00
      expect:
        drafts: [complete_quote]
        stage: quoted
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of rules with one story; no config anywhere."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    monkeypatch.delenv("FOLLOWUPD_CONFIG", raising=False)
    directory = tmp_path / "rules"
    (directory / "tests").mkdir(parents=True)
    (directory / "tests" / "mine.yaml").write_text(STORY)
    return directory


def test_a_story_passes_under_the_shipped_rules(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("rules", "test", own) == 0
    told = capsys.readouterr().out
    assert f"pass  {own}/tests/mine.yaml:1  Three working days after the quote" in told
    assert "ok: 1 story passed" in told


def test_another_threshold_breaks_it_and_the_line_is_named(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "stages.yaml").write_text("quoted: {silence: [5bd, 10bd, 20bd]}\n")
    assert outcome("rules", "test", own / "tests" / "mine.yaml") == 1
    told = capsys.readouterr().out
    assert f"{own}/tests/mine.yaml:8: drafts: expected [complete_quote], got []" in told
    assert "next: complete_quote on 2026-09-09" in told, "why, and when it would have come"
    assert "stage: expected" not in told
    assert "0 passed, 1 failed" in told


def test_json_says_the_same(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "stages.yaml").write_text("quoted: {silence: [5bd, 10bd, 20bd]}\n")
    assert outcome("rules", "test", "--json", own) == 1
    (line,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert line["passed"] is False
    assert line["failures"][0]["key"] == "drafts"
    assert line["failures"][0]["where"].endswith("mine.yaml:8")


def test_mails_may_stand_in_the_story_and_in_texts_of_ones_own(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "tests" / "texts.yaml").write_text("stop_at_once:\n  text: Please remove me from your list.\n")
    (own / "tests" / "mine.yaml").write_text(
        "- title: Stop\n  buyer: Jo <jo@firm.example>\n  steps:\n"
        "    - {at: 2026-09-01 15:10, buyer: 'Please quote 500 pcs of your lamp BW-2040 FOB Ningbo.'}\n"
        "    - {at: 2026-09-02 10:00, we: quote_lamps_30d}\n"
        "    - {at: 2026-09-02 20:00, buyer: stop_at_once}\n"
        "    - {at: 2026-09-30 10:00, expect: {drafts: [], stage: suppressed, answer: stop, next: never}}\n"
    )
    assert outcome("rules", "test", own) == 0, capsys.readouterr().out


def test_every_slip_in_every_story_is_named_at_once(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "tests" / "mine.yaml").write_text(STORY.replace("inquiry_valves", "inquiry_vlaves").replace("stage:", "stge:"))
    (own / "tests" / "other.yaml").write_text(
        "- title: Back in time\n  buyer: Jo <jo@firm.example>\n  steps:\n"
        "    - {at: 2026-09-02 15:10, buyer: inquiry_valvse}\n    - {at: 2026-09-01 10:00, we: quote_lamps_30d}\n"
        "- title: No day\n  buyer: Jo <jo@firm.example>\n  steps:\n    - {we: quote_lamps_30d}\n"
    )
    assert outcome("rules", "test", own) == 78
    told = capsys.readouterr().err
    assert f"{own}/tests/mine.yaml:9: steps.2.expect.stge: is not a known key" in told
    assert f"{own}/tests/other.yaml:4: there is no text 'inquiry_valvse'" in told
    assert f"{own}/tests/other.yaml:5: 2026-09-01 10:00 lies before" in told
    assert f"{own}/tests/other.yaml:9: steps.0: a step needs a time" in told


def test_what_cannot_be_done_is_told_where_it_stands(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own / "tests" / "mine.yaml").write_text(STORY.replace("we: quote_valves_30d", "human: send"))
    assert outcome("rules", "test", own) == 1
    assert f"{own}/tests/mine.yaml:5: this step: expected a draft that stands in Drafts, got none" in capsys.readouterr().out


def test_only_some_and_the_shipped_too(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("rules", "test", own, "--shipped", "--only", "waits for his client") == 0
    assert "rules/tests/replies.yaml" in capsys.readouterr().out
    assert outcome("rules", "test", own, "--only", "no story is called so") == 64
