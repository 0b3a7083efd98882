"""facts.yaml by command: whole entries in and out, the rest of the file as it stood."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import outcome

SLOT = ("slot", "--id", "november", "--since", "2026-11-01", "--confirm-by", "2026-12-10", "--ready-by", "2027-01-15")


def test_a_fact_comes_and_goes_and_comments_stay(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = config.parent / "facts.yaml"
    file.write_text("# mine, keep\nold: {kind: sample, since: 2026-01-01, fee: USD 40}  # forty\n")
    assert outcome("-c", config, "fact", "add", *SLOT) == 0
    event = ("event", "--since", "2026-11-02", "--says", "We have a new line for valves", "--says-in", "de=Wir haben eine neue Linie")
    assert outcome("-c", config, "fact", "add", *event) == 0
    capsys.readouterr()
    assert outcome("-c", config, "fact", "list", "--json") == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(t["id"], t["kind"]) for t in told] == [("old", "sample"), ("november", "slot"), ("event-2026-11-02", "event")]
    assert told[2]["says"]["de"] == "Wir haben eine neue Linie"
    assert outcome("-c", config, "fact", "remove", "november") == 0
    left = file.read_text()
    assert left.startswith("# mine, keep\nold: {kind: sample, since: 2026-01-01, fee: USD 40}  # forty\n")
    assert "november" not in left
    assert "event-2026-11-02" in left
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "slot", "--confirm-by", "soon", "--ready-by", "2027-01-15"), 64),
        (("add", "price", "--what", "the price of copper", "--old", "0", "--new", "3"), 64),
        (("add", "price", "--what", "the price of copper", "--cost", "moon dust", "--old", "4", "--new", "3"), 64),
        (("add", "event", "--says-in", "de"), 64),
        (("add", "slot", "--id", "Not A Name", "--confirm-by", "2026-12-10", "--ready-by", "2027-01-15"), 64),
        (("remove", "nothing"), 64),
    ],
)
def test_what_is_not_sound_changes_nothing(config: Path, words: tuple[str, ...], code: int) -> None:
    file = config.parent / "facts.yaml"
    file.write_text("old: {kind: sample, since: 2026-01-01}\n")
    assert outcome("-c", config, "fact", *words) == code
    assert file.read_text() == "old: {kind: sample, since: 2026-01-01}\n"
    assert [p.name for p in config.parent.iterdir() if "trial" in p.name or p.name.startswith(".facts")] == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("price", "--what", "the price of copper", "--old", "0", "--new", "3"), ["--old: input should be greater than 0"]),
        (("price",), ["--what: is missing", "--old: is missing", "--new: is missing"]),
        (("slot", "--confirm-by", "2027-01-15", "--ready-by", "2026-12-10"), ["error: ready_by must be after confirm_by"]),
    ],
)
def test_what_an_entry_lacks_is_told_as_options(config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: list[str]) -> None:
    assert outcome("-c", config, "fact", "add", *words) == 64
    said = capsys.readouterr().err
    assert [t for t in told if t not in said] == []
    assert "facts.yaml" not in said


def test_an_older_fault_in_the_file_is_told_with_its_line(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "facts.yaml").write_text("old: {kind: slot, since: 2026-01-01}\n")
    assert outcome("-c", config, "fact", "add", *SLOT) == 78
    told = capsys.readouterr().err
    assert "facts.yaml:1" in told
    assert "trial" not in told


def test_what_a_price_is_called_in_other_languages_is_kept(config: Path) -> None:
    price = ("price", "--what", "the price of copper", "--cost", "copper", "--old", "9800", "--new", "9300")
    assert outcome("-c", config, "fact", "add", *price) == 0
    assert "cost: copper" in (config.parent / "facts.yaml").read_text()


def test_the_same_name_twice_is_refused(config: Path) -> None:
    assert outcome("-c", config, "fact", "add", *SLOT) == 0
    assert outcome("-c", config, "fact", "add", *SLOT) == 64
