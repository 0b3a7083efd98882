"""How do the user's words reach a ledger that a running daemon owns?

The command line leaves each word as a small file in the account's ``commands/``; the daemon takes it in at its next turn
and removes the file only when the ledger has it with fsync. Without a daemon the words wait, and ``once`` or ``run`` takes
them.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec

from followupd.files import replace_file
from followupd.model import Word

log = logging.getLogger(__name__)

T = TypeVar("T")
MAX_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A word to remember, or (``forget``) one whose like is to be forgotten (unmute)."""

    word: Word
    forget: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """Whom to forget. The file goes when it is done, so that his address is nowhere left."""

    email: str
    at: datetime


def leave_erasure(directory: Path, erasure: Erasure) -> Path:
    """Leave it for the daemon's next turn, or for whoever has the lock; returns the file."""
    data = msgspec.json.encode(erasure)
    path = directory / f"{sha256(data).hexdigest()[:24]}.erase"
    replace_file(path, data)
    return path


def erasures(directory: Path) -> list[tuple[Path, Erasure]]:
    """Who is to be forgotten, in the order in which it was said. What cannot be read is set aside as ``.bad``."""
    return sorted(_read_all(directory, "*.erase", Erasure), key=lambda found: found[1].at)


def leave(directory: Path, command: Command) -> Path:
    """Leave a word for the daemon; returns the file. Saying the same twice leaves it once."""
    data = msgspec.json.encode(command)
    stamp = command.word.at.strftime("%Y%m%dT%H%M%S%f")
    path = directory / f"{stamp}-{sha256(data).hexdigest()[:12]}.json"
    replace_file(path, data)
    return path


def waiting(directory: Path) -> list[tuple[Path, Command]]:
    """The words that wait, oldest first. What cannot be read is set aside as ``.bad`` and named in the log."""
    return _read_all(directory, "*.json", Command)


def _read_all(directory: Path, pattern: str, kind: type[T]) -> list[tuple[Path, T]]:
    found = []
    for path in sorted(directory.glob(pattern)):
        try:
            if path.is_symlink() or path.stat().st_size > MAX_BYTES:
                raise msgspec.DecodeError("not a command file")
            found.append((path, msgspec.json.decode(path.read_bytes(), type=kind)))
        except (msgspec.MsgspecError, OSError) as error:
            log.warning("%s cannot be read and is set aside: %s", path, error)
            path.rename(path.with_suffix(".bad"))
    return found
