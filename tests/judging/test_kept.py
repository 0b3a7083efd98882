"""What was learnt of a language is kept for the next process: the same words, the same answer, and never anything else."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from followupd import cache
from followupd.judging import examples
from followupd.judging.examples import Taught
from followupd.judging.likeness import learn

LINES = {"lost": ["We bought elsewhere.", "The order went to Poland."], "ack": ["Thanks, noted.", "Well received."]}
SAID = "The order went elsewhere, thanks."


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def never(_: object) -> None:
    raise AssertionError("learnt again")


def test_the_next_process_learns_nothing_anew_and_says_the_same(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Taught({"en": LINES}, "said").read(SAID, "en")
    monkeypatch.setattr(examples, "learn", never)
    again = Taught({"en": {label: list(reversed(lines)) for label, lines in reversed(LINES.items())}}, "said").read(SAID, "en")
    assert again == first
    assert again.words == first.words
    assert [path.stat().st_mode & 0o777 for path in (kept, *kept.iterdir())] == [0o700, 0o600]


def test_other_lines_are_learnt(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Taught({"en": LINES}, "said").of("en")
    monkeypatch.setattr(examples, "learn", never)
    for changed, table in ((LINES | {"ack": ["Thanks."]}, "said"), (LINES, "letters")):
        with pytest.raises(AssertionError, match="learnt again"):
            Taught({"en": changed}, table).of("en")


@pytest.mark.parametrize("harm", ["torn", "empty", "another file", "other shapes", "a part less", "code", "a directory"])
def test_what_is_not_sound_is_learnt_anew(kept: Path, harm: str) -> None:
    first = Taught({"en": LINES}, "said").read(SAID, "en")
    (path,) = kept.iterdir()
    data = path.read_bytes()
    match harm:
        case "torn":
            path.write_bytes(data[: len(data) // 2])
        case "empty":
            path.write_bytes(b"")
        case "another file":
            path.write_bytes(b"#!/bin/sh\n")
        case "other shapes":
            np.savez(path, **learn(LINES).kept() | {"weights": np.zeros((3, 3))})
        case "a part less":
            np.savez(path, labels=np.array(["lost"]))
        case "code":
            np.savez(path, **learn(LINES).kept() | {"labels": np.array([print], dtype=object)}, allow_pickle=True)
        case _:
            path.unlink()
            path.mkdir()
    assert Taught({"en": LINES}, "said").read(SAID, "en") == first


def test_where_nothing_can_be_kept_it_is_learnt_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in ("", str(tmp_path / "file" / "below")):
        monkeypatch.setenv(cache.VARIABLE, place)
        assert Taught({"en": LINES}, "said").read(SAID, "en").label == "lost"


def test_of_one_language_only_the_latest_are_kept(kept: Path) -> None:
    for n in range(cache.KEPT + 3):
        Taught({"en": LINES | {"ack": [f"Thanks {'x' * n}."]}}, "said").of("en")
        for file in kept.iterdir():
            os.utime(file, (file.stat().st_mtime - 10, file.stat().st_mtime - 10))
    Taught({"de": LINES}, "said").of("de")
    assert len(list(kept.glob("said-en-*"))) == cache.KEPT
    assert len(list(kept.glob("said-de-*"))) == 1


def test_whoever_changes_how_it_is_learnt_raises_the_way() -> None:
    """What older ways learnt would be taken from users' caches otherwise: raise ``examples.WAY``, then put the new digest here."""
    found = learn(LINES)
    assert found.weights is not None
    assert found.words is not None
    told = (examples.WAY, sha256((np.round(found.weights.astype(np.float64), 2) + 0.0).tobytes() + found.words.tobytes()).hexdigest()[:16])
    assert told == (1, "1555e56628619cfa")
