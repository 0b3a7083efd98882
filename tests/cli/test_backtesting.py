"""`backtest`: needs an index and no mailbox; honest about few cases; JSON says the same."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import outcome


def test_what_would_have_been_is_told_for_two_sets_of_rules(
    config: Path, seen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "stages.yaml").write_text("quoted: {silence: [5bd, 10bd]}\n")
    assert seen
    from followupd.config import load_config
    from followupd.store.ledger import Ledger
    from followupd.store.paths import prepare

    Ledger(prepare("lily", load_config(config).state_dir).ledger).close()
    assert outcome("-c", config, "backtest", "--since", "2026-01-01", "--against", other) == 0
    told = capsys.readouterr().out
    assert "needless" in told
    assert "none to count" in told, "no share of nothing"
    assert "A draft counts as sent at once" in told
    assert outcome("-c", config, "backtest", "--since", "2026-01-01", "--against", other, "--json") == 0
    one, two = map(json.loads, capsys.readouterr().out.splitlines())
    assert (one["rules"], two["rules"]) == ("rules in force", str(other))
    assert one["threads"] == 1
    assert one["answered_within_days"] == 14


def test_a_wrong_number_of_days_is_named(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert seen
    assert outcome("-c", config, "backtest", "--answered-within", "soon") == 64
    assert "must be a number of days like 14d" in capsys.readouterr().err
