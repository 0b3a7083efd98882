"""What would a naive followupd do? Each control takes one safeguard away; the matrix must notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from followupd import crash, turn
from followupd.errors import StoreFull
from followupd.store import atomic
from followupd.store.ledger import Ledger
from followupd.work import decide, hand, take, write


def _no_look_after_a_crash() -> None:
    hand.reconcile = lambda _desk, _now: None


def _no_intent() -> None:
    Ledger.flush = lambda _self: None
    write.open_drafts = decide.open_drafts = lambda _desk, _thread: ()


def _files_written_in_place() -> None:
    def replace_file(path: Path, data: bytes) -> None:
        try:
            with path.open("wb", buffering=0) as stream:
                stream.write(data[: len(data) // 2])
                crash.step(f"write {path.name}")
                stream.write(data[len(data) // 2 :])
        except OSError as error:
            raise StoreFull(str(error)) from error

    atomic.replace_file = replace_file


def _settled_before_the_effects() -> None:
    """The threads count as done before their drafts are written."""
    real = write.write

    def write_late(desk: Any, decisions: Any, now: Any) -> Any:
        with desk.index.transaction():
            for decision in decisions:
                desk.index.put_decision(decision)
            desk.index.settle({d.thread_id for d in decisions})
        return real(desk, decisions, now)

    turn.write.write = write_late


def _words_removed_before_they_are_kept() -> None:
    real = take.waiting

    def waiting(directory: Path) -> Any:
        found = real(directory)
        for path, _ in found:
            path.unlink()
        return found

    take.waiting = waiting


CONTROLS: dict[str, Callable[[], None]] = {
    "no look after a crash": _no_look_after_a_crash,
    "no intent": _no_intent,
    "files written in place": _files_written_in_place,
    "settled before the effects": _settled_before_the_effects,
    "words removed before they are kept": _words_removed_before_they_are_kept,
}


def apply(name: str) -> None:
    if name:
        CONTROLS[name]()
