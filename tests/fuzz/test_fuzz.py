"""A small share of the fuzzing at every run, with a fixed seed; what was once found is tried again for ever."""

from pathlib import Path

import pytest

from tests.fuzz.targets import FOUND, TARGETS, run

ROUNDS = {"mail": 40, "files": 6, "server": 40}


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_nothing_is_found_in_a_small_share(name: str) -> None:
    assert run(name, seed=1, rounds=ROUNDS[name]) == ROUNDS[name]


@pytest.mark.parametrize("path", sorted(FOUND.glob("*-*")), ids=lambda p: p.name)
def test_what_was_found_once_stays_mended(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]][0](path.read_bytes())
