"""What does the daemon see, draft and decide right now? (watch)

A live view on a terminal, lines elsewhere. Only looks: at the files that the daemon leaves, once a second by a few stats; they
are read when one of them changed. Whatever ends it, the terminal is as it was before.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

import click

from followupd.cli.at_hand import Options, accounts, as_json, of_account
from followupd.cli.output import paper_width, say, say_json
from followupd.cli.tongue import marked, said
from followupd.cli.watch_seen import Mark, Seen, Watched
from followupd.cli.watch_view import draw, news

if TYPE_CHECKING:
    from rich.console import Console

EVERY = 1.0
"""Seconds between two glances at the files."""
SOONEST = 0.4
"""Seconds between two readings, while a daemon reads a mailbox for the first time and everything changes all the time."""
KEYS = marked("q quits")


@click.command("watch")
@click.option("--once", is_flag=True, help="Print one view and stop.")
@as_json
@of_account
@click.pass_obj
def watch_command(options: Options, once: bool, json_: bool, only: str | None) -> int:
    """Watch the daemon at work: what came, what it drafted and decided, what waits and what is due next.

    On a terminal a live view; q or Ctrl-C quits. Elsewhere a line for everything that is new. Nothing is ever written.
    """
    watched = [Watched(options.config, account) for account in accounts(options.config, only)]
    logging.getLogger().addHandler(logging.NullHandler())  # a warning in the middle of the screen helps nobody
    with suppress(KeyboardInterrupt):
        if once:
            _print_once(watched, json_=json_)
        elif json_ or not sys.stdout.isatty():
            _follow(watched, json_=json_)
        else:
            _live(watched)
    return 0


def _now() -> datetime:
    return datetime.now(UTC)


def _print_once(watched: Sequence[Watched], *, json_: bool) -> None:
    seen = [one.look() for one in watched]
    if json_:
        for one in seen:
            say_json(one)
        return
    from rich.console import Console

    console = Console(highlight=False, emoji=False, markup=False)
    for line in draw(seen, _now(), paper_width()):
        line.rstrip()
        console.print(line, soft_wrap=True)


# ---- lines ----------------------------------------------------------------------------------------


def _follow(watched: Sequence[Watched], *, json_: bool) -> None:
    """Everything that is there, then everything that is new; until broken off."""
    before: list[Seen] = []
    for seen in _changes(watched, time.sleep):
        if json_:
            for one in seen:
                if one not in before:
                    say_json(one)
        else:
            for line in news(before, seen, _now()):
                say(line)
        sys.stdout.flush()
        before = seen


def _changes(watched: Sequence[Watched], wait: Callable[[float], object]) -> Iterator[list[Seen]]:
    """What is seen, whenever it may have become something else."""
    marks: list[Mark] = []
    while True:
        if (fresh := [one.mark() for one in watched]) != marks:
            marks = fresh
            yield [one.look() for one in watched]
            wait(SOONEST)
        else:
            wait(EVERY)


# ---- live -----------------------------------------------------------------------------------------


class Keyboard:
    """Keys as they are pressed, and signals as they come, in one place to wait for both."""

    def __init__(self) -> None:
        self._pipe = os.pipe()
        self.caught: set[int] = set()

    @contextmanager
    def listening(self) -> Iterator[Keyboard]:
        """Keys come one by one and unseen; afterwards the terminal and the signals are as they were."""
        for end in self._pipe:
            os.set_blocking(end, False)
        signals = (signal.SIGWINCH, signal.SIGTERM, signal.SIGTSTP)
        handlers = {number: signal.signal(number, self._catch) for number in signals}
        earlier = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        try:
            with unbuffered():
                yield self
        finally:
            signal.set_wakeup_fd(earlier)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            for end in self._pipe:
                os.close(end)

    def _catch(self, number: int, _: FrameType | None) -> None:
        self.caught.add(number)

    def wait(self, seconds: float) -> str:
        """The keys pressed within so many seconds; returns at once on a signal. ``q`` when the terminal is gone."""
        ends: list[int] = [self._pipe[0], *([0] if sys.stdin.isatty() else [])]
        ready, _, _ = select.select(ends, [], [], seconds)
        if self._pipe[0] in ready:
            with suppress(BlockingIOError):
                os.read(self._pipe[0], 512)
        if 0 not in ready:
            return ""
        try:
            return os.read(0, 512).decode("utf-8", "replace") or "q"
        except OSError:
            return "q"


@contextmanager
def unbuffered() -> Iterator[None]:
    """The terminal gives every key at once and shows none; put back whatever happens."""
    if not sys.stdin.isatty():
        yield
        return
    import termios
    import tty

    before = termios.tcgetattr(0)
    try:
        tty.setcbreak(0)
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


def _live(watched: Sequence[Watched]) -> None:
    """Redrawn when something changed, when the terminal did, and every minute."""
    from rich.console import Console

    console = Console(highlight=False, emoji=False, markup=False)
    with Keyboard().listening() as keyboard, _screen():
        seen: list[Seen] = []
        marks: list[Mark] = []
        drawn: object = None
        while signal.SIGTERM not in keyboard.caught:
            fresh = [one.mark() for one in watched]
            if changed := fresh != marks:
                marks, seen = fresh, [one.look() for one in watched]
            now, size = _now(), os.get_terminal_size(sys.stdout.fileno())
            if changed or drawn != (size, now.replace(second=0, microsecond=0)):
                drawn = (size, now.replace(second=0, microsecond=0))
                _show(console, seen, now, size)
            if set("qQ\x03\x04") & set(keyboard.wait(SOONEST if changed else EVERY)):
                return
            if signal.SIGTSTP in keyboard.caught:
                _stop_for_a_while()
                drawn = None
            keyboard.caught &= {signal.SIGTERM}


ENTER, LEAVE = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J", "\x1b[?7h\x1b[?25h\x1b[?1049l"
"""A screen of our own without cursor and without wrapping, and back to what stood there before."""


@contextmanager
def _screen() -> Iterator[None]:
    try:
        _put(ENTER)
        yield
    finally:
        with suppress(OSError):
            _put(LEAVE)


def _put(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _show(console: Console, seen: Sequence[Seen], now: datetime, size: os.terminal_size) -> None:
    """One frame, written in one go over the last one, so that nothing flickers. Every line fills its row, so none is erased first."""
    console.size = (max(size.columns, 1), max(size.lines, 1))
    lines = draw(seen, now, size.columns, size.lines, said(KEYS))
    with console.capture() as captured:
        for line in lines:
            console.print(line, no_wrap=True, crop=True)
    frame = captured.get().removesuffix("\n")
    _put("\x1b[H" + frame + ("\n\x1b[J" if len(lines) < size.lines else ""))


def _stop_for_a_while() -> None:
    """Ctrl-Z: the shell gets its terminal as it was, and we ours when we are called back."""
    _put(LEAVE)
    with usual_keys():
        os.kill(os.getpid(), signal.SIGSTOP)
    _put(ENTER)


@contextmanager
def usual_keys() -> Iterator[None]:
    """The keyboard as a shell wants it, meanwhile; where none is at hand (input from a pipe or nowhere), nothing is to do."""
    if not sys.stdin.isatty():
        yield
        return
    import termios

    before = termios.tcgetattr(0)
    after = list(before)
    after[3] |= termios.ICANON | termios.ECHO
    termios.tcsetattr(0, termios.TCSADRAIN, after)
    try:
        yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
