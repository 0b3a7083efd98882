"""`birthday` and `stage --reason`: the word is left with what was noted beside it, and nonsense is refused."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import outcome


def test_a_birthday_is_left_for_the_buyer_of_the_thread(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", config, "birthday", seen, "04-17", "--json") == 0
    word = json.loads(capsys.readouterr().out)["word"]
    assert (word["kind"], word["scope"], word["target"], word["value"]) == ("birthday", "buyer", "bob@buyer.example", "04-17")


@pytest.mark.parametrize("day", ["", "13-40", "17.4.", "2026-04-17"])
def test_what_is_no_day_of_the_year_is_refused(config: Path, seen: str, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", config, "birthday", seen, day) == 64
    assert "month and day like 04-17" in capsys.readouterr().err


def test_why_an_order_was_lost_is_kept_beside_the_stage(config: Path, seen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome("-c", config, "stage", seen, "lost", "--reason", "cheaper by 8 %", "--json") == 0
    word = json.loads(capsys.readouterr().out)["word"]
    assert (word["kind"], word["value"], word["note"]) == ("stage", "lost", "cheaper by 8 %")
