"""Killed at any moment: is everything in the end as if nothing had been?

The ordinary run takes a sample, drawn by a seed: some scenarios, some steps of each. ``FOLLOWUPD_KILL=full`` takes all of
them (some 5,700 pairs of a kill and a resume, a quarter of an hour on a machine at rest); ``FOLLOWUPD_KILL=7`` takes the sample of another seed.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.kill.controls import CONTROLS
from tests.kill.matrix import Stage, matrix, pair, stage
from tests.kill.tales import TALES, Tale
from tests.kill.world import Bench, Step, steps_of

pytestmark = pytest.mark.xdist_group("kill")
CHOSEN = os.environ.get("FOLLOWUPD_KILL", "5")
SAMPLE, PER_TALE = 64, 8


def told(name: str) -> Tale:
    return next(t for t in TALES if t.name == name)


@pytest.fixture(scope="module")
def due(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return stage(bench, told("one follow-up is due"), tmp_path_factory.mktemp("due"))


def test_there_are_enough_scenarios_and_no_two_of_one_name() -> None:
    assert len({t.name for t in TALES}) == len(TALES) >= 44


@pytest.mark.timeout(7200 if CHOSEN == "full" else 600)
def test_killed_at_any_moment_it_ends_as_if_nothing_had_been(bench: Bench, tmp_path: Path) -> None:
    if CHOSEN == "full":
        result = matrix(bench, tmp_path)
        assert result.pairs >= 4000
    else:
        result = matrix(bench, tmp_path, sample=SAMPLE, per_tale=PER_TALE, seed=int(CHOSEN))
        assert result.pairs == SAMPLE
    assert result.wrong == []


def test_a_run_passes_every_kind_of_step(due: Stage) -> None:
    names = {step.name for step in due.steps}
    assert names >= {
        "half written .ledger.json.new", "fsync .ledger.json.new", "rename ledger.json", "renamed .ledger.json.new",
        "commit index", "committed index", "append draft", "appended draft", "APPEND asked for", "APPEND half received",
        "APPEND received", "APPEND done", "mail to the owner handed over", "mail to the owner taken", "half written .health.json.new",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["one follow-up is due", "the buyer answers while the draft stands"])
def test_killed_around_every_effect_on_drafts_it_ends_as_if_nothing_had_been(bench: Bench, name: str, tmp_path: Path) -> None:
    """Whatever the lot says, these moments are always looked at."""
    found = stage(bench, told(name), tmp_path / "stage")
    effects = [s for s in found.steps if "draft" in s.name or s.side == "outside"]
    assert len(effects) >= 6
    for number, step in enumerate(effects):
        assert pair(bench, found, step, tmp_path / str(number)).wrong == ""


def test_the_half_that_was_sent_before_the_kill_is_stored_nowhere(bench: Bench, due: Stage, tmp_path: Path) -> None:
    world = due.start.copy(tmp_path / "world")
    step = next(s for s in due.steps if s.name == "APPEND half received")
    assert world.killed(due.now, step).killed
    assert world.drafts() == []
    world.once(due.now)
    assert len(world.drafts()) == 1


def test_killed_again_at_the_start_after_the_kill(bench: Bench, due: Stage, tmp_path: Path) -> None:
    """Half-done work upon half-done work: each start is killed a little later than the one before."""
    world = due.start.copy(tmp_path / "world")
    for number in range(0, 400, 7):
        if not world.killed(due.now, Step("inside", number, "")).killed:
            break
    assert number > 50
    assert len(world.drafts()) == 1
    ledger = (world.state() / "ledger.json").read_text()
    assert ledger.count('"state": "placed"') == 1


def test_a_notice_is_sent_twice_only_between_the_answer_of_the_server_and_our_note_of_it(
    bench: Bench, due: Stage, tmp_path: Path
) -> None:
    """SMTP offers no better; the second copy has the same Message-ID."""
    names = [s.name for s in due.steps if s.side == "inside"]
    for number, name in enumerate(names):
        if "state.json" in name:
            one = pair(bench, due, Step("inside", number, name), tmp_path / str(number))
            noted = number >= names.index("renamed .state.json.new")
            assert one.sent_twice == (0 if noted else 1), name
    for step in (s for s in due.steps if s.name.startswith("mail to the owner")):
        assert pair(bench, due, step, tmp_path / "out").sent_twice == (step.name == "mail to the owner taken")


CAUGHT = {
    "no look after a crash": ("one follow-up is due", "appended draft"),
    "no intent": ("one follow-up is due", "appended draft"),
    "files written in place": ("one follow-up is due", "write ledger.json"),
    "settled before the effects": ("one follow-up is due", "write ledger.json"),
    "words removed before they are kept": ("mute, while the draft stands", "write ledger.json"),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_control_without_its_safeguard_the_comparison_fails(bench: Bench, control: str, tmp_path: Path) -> None:
    """The very same comparison holds with the safeguard and fails without it."""
    name, at = CAUGHT[control]
    found = stage(bench, told(name), tmp_path / "stage")
    as_it_is = next(s for s in found.steps if s.name == at)
    assert pair(bench, found, as_it_is, tmp_path / "as it is").wrong == ""
    naive = steps_of(found.start.copy(tmp_path / "naive").once(found.now, control=control))
    step = next(s for s in naive if s.name == at)
    wrong = pair(bench, found, step, tmp_path / "pair", control=control).wrong
    assert wrong, control
    assert "was not reached" not in wrong
