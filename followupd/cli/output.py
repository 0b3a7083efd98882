"""How does text that strangers wrote reach the terminal unharmed and unharming?

Everything that comes from mail passes :func:`clean` (law 9): no escape sequence, no control character, no bidi mark, no
pile of accents. JSON keeps the very characters, written as escapes. Colours only where a person looks (a tty).
"""

from __future__ import annotations

import json
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from followupd.cli import folding
from followupd.cli.tongue import Sentence, both, chinese, colon, heard, later, marked, said, shown
from followupd.errors import FollowupdError, Problem, UserError

T = TypeVar("T")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
"""Persian, Hindi and emoji need them; they move nothing and hide nothing."""
MAX_MARKS = 4
"""More accents on one letter than any script has would spill over the lines around it."""
MAX_CHARS = 20_000
NARROWEST = 20
EX_TEMPFAIL = 75
STYLES = {
    "genuine": "green", "likely": "green", "unsure": "yellow", "vague": "dim", "suspicious": "bold red", "fraud": "bold red",
    "risk alarm": "bold red", "reply owed": "yellow", "watching": "green", "reading": "cyan", "login refused": "bold red",
    "needs a hand": "bold red", "trying again": "yellow", "ok": "green", "warn": "yellow", "fail": "bold red", "FAIL": "bold red",
}  # fmt: skip
"""How a word looks that says how good or bad something is, on a terminal; any other looks plain."""
PATIENCE = 1.0
"""Seconds after which a person wants to know how far it is."""
OFTEN = 0.2
"""Seconds between two words on how far it is."""


def hidden(char: str) -> bool:
    """Would this character act on the terminal, or not be seen there?"""
    return char not in _JOINERS and unicodedata.category(char) in _HIDDEN


def clean(value: object, limit: int = 400) -> str:
    """One printable line of whatever it is, at most ``limit`` characters."""
    text = " ".join(_printable(str(value)[:MAX_CHARS]).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_text(value: str) -> str:
    """Printable text of several lines."""
    lines = value[:MAX_CHARS].replace("\r\n", "\n").split("\n")
    return "\n".join(_printable(line).rstrip() for line in lines)


def _printable(text: str) -> str:
    out: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks > MAX_MARKS:
            continue
        if hidden(char):
            out.append(" " if char in "\t\n\r\v\f\x85\u2028\u2029" else "")
        else:
            out.append(char)
    return "".join(out)


def to_json(value: Any) -> str:
    """One line of JSON; characters that could act on a terminal stand as escapes, so nothing is lost."""
    plain = json.dumps(msgspec.to_builtins(value, enc_hook=_in_english), ensure_ascii=False)
    return "".join(_escaped(c) if hidden(c) else c for c in plain)


def _in_english(value: object) -> str:
    if isinstance(value, Sentence):
        return str(value)
    raise NotImplementedError


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if ord(char) != 0x7F else "\\u007f"


def in_short(value: object) -> str:
    """A plain value (of JSON) in one line; the evidence in it is left out."""
    if isinstance(value, dict):
        told = {k: ("(two readings)" if v is True else v) for k, v in value.items() if k != "evidence" and v is not False}
        return " ".join(in_short(v) for v in told.values())
    if isinstance(value, list):
        return ", ".join(in_short(v) for v in value)
    return str(value)


def say(text: str = "") -> None:
    """Print our own words, several lines allowed; whatever came from mail into them is made harmless here too."""
    print(clean_text(shown(text)))


def say_folded(text: str) -> None:
    """Print a sentence or two, folded where the terminal ends, or after 100 cells; what it begins with stands before each line."""
    indent = " " * (len(text) - len(text.lstrip()))
    say("\n".join(folding.folded(clean(text, 2000), min(100, paper_width()), indent)))


def plural(count: int, one: str, many: str) -> str:
    """``1 mail``, ``2 mails``: two marked sentences with a ``{count}``, of which one is said."""
    sentence = one if count == 1 else many
    return said(sentence, count=count)


def say_json(value: Any) -> None:
    """Print one value as one line of JSON."""
    print(to_json(value))


def complain(text: str) -> None:
    """Print one line to standard error; folded at blanks where a person reads it at a terminal."""
    lines = folded(text) if sys.stderr.isatty() else [clean(text, 2000)]
    print("\n".join(lines), file=sys.stderr)


def complain_of(error: FollowupdError) -> int:
    """Print an error, one problem per line; returns its exit code."""
    problems = error.problems if isinstance(error, UserError) else (Problem("", str(error)),)
    for problem in problems:
        complain(said("error: {problem}", problem=told_of(problem)))
    return error.exit_code


def told_of(problem: Problem) -> str:
    """What is wrong and what to do, in one line, in the person's language as far as it was said so."""
    if not chinese():
        return str(problem)
    line = "：".join(part for part in (problem.where, heard(problem.what)) if part)
    return f"{line}（{heard(problem.hint)}）" if problem.hint else line


def worst(codes: list[int]) -> int:
    """The one exit code for all: what only waiting mends gives way to what a person must mend."""
    lasting = [code for code in codes if code != EX_TEMPFAIL]
    return max(lasting or codes, default=0)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, fixed: Sequence[str] = ()) -> None:
    """Print a table that fits the terminal (80 columns where there is none). ``fixed`` columns are never folded."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(clean(title), style="bold"), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    for name in columns:
        drawn.add_column(Text(clean(said(name))), no_wrap=name in fixed, overflow="fold")
    count = 0
    for row in rows:
        drawn.add_row(*(Text(clean(shown(cell)), STYLES.get(str(cell), "")) for cell in row))
        count += 1
    if not count:
        say(said("{title}: none", title=title))
        return
    Console(highlight=False, emoji=False, markup=False).print(drawn)


def tell(text: str, indent: str = "") -> None:
    """Print one line of ours folded at blanks, so that it fits the terminal; all but the first begin two blanks further in."""
    for line in folded(text, indent, indent + "  "):
        print(line)


def folded(text: str, first: str = "", rest: str = "", *, keep: int = 0) -> Iterator[str]:
    """The lines of a text made harmless, each no wider than the terminal: ``first`` before the first, ``rest`` before the others.

    ``keep`` cells stay free in each line, for what is typed behind a question.
    """
    yield from folding.folded(clean(shown(text), 2000), paper_width() - keep, first, rest)


def counted(items: Iterable[T], what: str, total: int = 0) -> Iterator[T]:
    """The same items; whoever waits for them at a terminal is told how far it is, once it takes a while."""
    bar = Progress(total)
    try:
        for item in items:
            yield item
            bar.next(clean(what, 40), before=True)
    finally:
        bar.end()


class Progress:
    """One line that overwrites itself and says how far it is, once it takes longer than a person likes to wait in silence."""

    def __init__(self, total: int = 0) -> None:
        self.total, self.count = total, 0
        self._begun = self._told = time.monotonic()
        self._drawn = False

    def next(self, what: str, *, before: bool = False) -> None:
        """One more is done, or with ``before`` was; see :meth:`show`."""
        self.count += 1
        self.show(what, before=before)

    def show(self, what: str, *, before: bool = False) -> None:
        """Say what it is about, in front of the bar or behind it."""
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self._begun <= PATIENCE or now - self._told <= OFTEN:
            return
        self._drawn, self._told = True, now
        far = _bar(self.count, self.total) if self.total else str(self.count)
        overwrite(colon().join((what, far) if before else (far, what)))

    def end(self) -> None:
        """It is over: the line is taken away."""
        if self._drawn:
            overwrite("")


def under_way(what: str) -> None:
    """Tell whoever waits at a terminal what is being looked at; nothing: that it is over. Each word takes the last one's place."""
    if sys.stderr.isatty():
        overwrite(what)


def overwrite(text: str, *, stays: bool = False) -> None:
    """One line on standard error that the next one takes the place of, never so wide that the terminal breaks it."""
    from rich.cells import set_cell_size

    line = set_cell_size(clean(text), min(paper_width() - 1, 78))
    print(f"\r{line}", end="\n" if stays else "" if text else "\r", file=sys.stderr, flush=True)


def _bar(count: int, total: int) -> str:
    """``[######    ] 60 %``."""
    part = min(count / total, 1.0)
    return f"[{'#' * int(part * 20):<20}] {part:4.0%}"


def paper_width() -> int:
    """How many cells a line has: those of the terminal, of COLUMNS, else 80; never fewer than can be read."""
    return max(shutil.get_terminal_size((80, 24)).columns, NARROWEST)


WEEKDAYS = "一二三四五六日"


def when(instant: datetime | None, zone: str = "") -> str:
    """``Mon 23 Nov 14:05`` or ``11-23 周一 14:05``, in the zone of that name or in the user's; a dash where there is none."""
    if instant is None:
        return "-"
    here = at_home(instant, zone)
    return both(here.strftime("%a %d %b %H:%M"), f"{here:%m-%d} 周{WEEKDAYS[here.weekday()]} {here:%H:%M}")


def at_home(instant: datetime, zone: str = "") -> datetime:
    """On the clock of that zone, else of the user: as his config says (a rented server has another), without one this machine's."""
    import click

    from followupd.cli.at_hand import Options

    context = click.get_current_context(silent=True)
    known = context.find_object(Options) if context else None
    if not zone and known and known.has_config:
        zone = known.config.accounts[0].timezone
    return instant.astimezone(ZoneInfo(zone) if zone else None)


def ago(instant: datetime | None, now: datetime | None = None) -> str:
    """``3 min ago``; ``never`` where there is none."""
    if instant is None:
        return later("never")
    seconds = ((now or datetime.now(UTC)) - instant).total_seconds()
    if seconds < 0:
        return later("just now")
    for sentence, size in ((marked("{count} d ago"), 86400), (marked("{count} h ago"), 3600), (marked("{count} min ago"), 60)):
        if seconds >= size:
            return later(sentence, count=int(seconds // size))
    return later("just now")
