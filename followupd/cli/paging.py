"""How is more shown than the terminal has lines? In the user's pager, and only where a person looks.

Nothing is paged that goes into a pipe or a file. ``less`` runs in its secure mode: what stands on the page may have been written
by a stranger, and neither it nor a slip of a finger shall run a command or write a file.
"""

from __future__ import annotations

import io
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TextIO

PAGED = frozenset(
    {"list", "show", "explain", "status", "corrections", "schema", "tune", "backtest", "doctor", "check", "rules show", "sample list", "fact list", "lab evaluate"}
)
"""Commands whose output is read from top to bottom once it is there."""
NONE = frozenset({"", "cat"})


def is_paged(words: Sequence[str]) -> bool:
    """Is this command's output for reading? JSON is for programs."""
    return "--json" not in words and not {" ".join(words[:2]), words[0]}.isdisjoint(PAGED)


class Held(io.StringIO):
    """Takes what is printed, and looks like the terminal to whoever asks for colours."""

    def __init__(self, real: TextIO) -> None:
        super().__init__()
        self.real = real

    def isatty(self) -> bool:
        """As the real one."""
        return True

    def fileno(self) -> int:
        """As the real one, whose size is asked for."""
        return self.real.fileno()


def pager() -> list[str]:
    """The command that shows pages; empty where there is none or none is wanted."""
    words = shlex.split(os.environ.get("PAGER", "less"))
    if not words or words[0] in NONE or os.environ.get("TERM", "dumb") == "dumb":
        return []
    program = shutil.which(words[0])
    return [program, *words[1:]] if program else []


@contextmanager
def paged() -> Iterator[None]:
    """Whatever is printed within is shown at the end: at once if it fits, else in the pager."""
    real, command = sys.stdout, pager()
    if not command or not real.isatty() or not sys.stdin.isatty():
        yield
        return
    held = Held(real)
    sys.stdout = held
    try:
        yield
    finally:
        sys.stdout = real
        _show(held.getvalue(), command)


def _show(text: str, command: Sequence[str]) -> None:
    if text.count("\n") < shutil.get_terminal_size((80, 24)).lines:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    settings = {"LESSSECURE": "1", "LESSCHARSET": "utf-8", "LESS": os.environ.get("LESS", "-R")}
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager
    try:
        with subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, **settings}) as process, suppress(BrokenPipeError):  # noqa: S603 - the user's own pager
            process.communicate(text.encode("utf-8", "replace"))
    finally:
        signal.signal(signal.SIGINT, before)
