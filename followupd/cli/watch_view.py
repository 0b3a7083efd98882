"""How is what was seen laid out on a terminal of this size?

Lines of text, each as wide as the terminal and no wider (wide characters take two cells), as many as fit. Where there is room
for it the lists stand in two columns. Everything from mail passes the guard of output.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.text import Text

from followupd.cli.output import STYLES, ago, clean, when
from followupd.cli.terms import term
from followupd.cli.tongue import chinese, colon, comma, heard, later, said, semicolon, shown
from followupd.cli.watch_seen import SHOWN, Line, Seen

TWO_COLUMNS = 130
GAP = 2
PLAIN_LINES = 8
"""So many lines of each list are told where nobody's terminal sets a limit."""
SILENT_AFTER = timedelta(minutes=5)
"""A daemon leaves a sign of life every minute; after so long without one something is wrong."""
Moment = Callable[[datetime, datetime, str], str]


@dataclass(frozen=True)
class Listed:
    """One list of the view: its title, and the lines of every account, in the order in which they are told."""

    title: str
    lines: tuple[tuple[Seen, Line], ...]
    moment: Moment


def left(at: datetime, now: datetime, zone: str = "") -> str:  # noqa: ARG001 - told like the others
    """``in 3 h 05 min``, ``in 2 d 4 h``, ``now``."""
    minutes = int((at - now).total_seconds() // 60)
    if minutes < 1:
        return said("now")
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        return said("in {days} d {hours} h", days=days, hours=hours) if days < 10 else said("in {days} d", days=days)
    if hours:
        return said("in {hours} h {minutes} min", hours=hours, minutes=f"{minutes % 60:02}")
    return said("in {minutes} min", minutes=minutes)


def clock(at: datetime, now: datetime, zone: str = "") -> str:
    """The time of day in that zone; of another day the day."""
    there = ZoneInfo(zone) if zone else None
    here, today = at.astimezone(there), now.astimezone(there)
    if here.date() == today.date():
        return f"{here:%H:%M}"
    near = abs((here - today).days) < 300
    if chinese():
        return f"{here:%m-%d}" if near else f"{here:%Y-%m}"
    return f"{here:%d %b}" if near else f"{here:%b %Y}"


def lists(seen: Sequence[Seen]) -> tuple[Listed, ...]:
    """The lists in the order of their weight."""
    return (
        _listed(later("New mail"), seen, lambda s: s.mails, clock, latest=True),
        _listed(later("Drafts that wait for you"), seen, lambda s: s.drafts, clock, latest=True),
        _listed(later("Alarms, and what we owe"), seen, _pressing, clock, latest=True),
        _listed(later("Due next"), seen, lambda s: s.due, left, latest=False),
        _listed(later("Decided last"), seen, lambda s: s.decided, clock, latest=True),
    )


def _pressing(seen: Seen) -> Iterable[Line]:
    """An alarm about an answer that is owed is told once, as the debt."""
    owed = {line.thread for line in seen.owed}
    return (*(a for a in seen.alarms if a.thread not in owed), *seen.owed)


def _listed(title: str, seen: Sequence[Seen], of: Callable[[Seen], Iterable[Line]], moment: Moment, *, latest: bool) -> Listed:
    lines = [(s, line) for s in seen for line in of(s)]
    lines.sort(key=lambda pair: pair[1].at, reverse=latest)
    return Listed(title, tuple(lines), moment)


# ---- laying out -----------------------------------------------------------------------------------


def draw(seen: Sequence[Seen], now: datetime, width: int, height: int | None = None, keys: str = "") -> list[Text]:
    """The whole view: at most ``height`` lines, every one of exactly ``width`` cells. Without ``height``: all that is worth telling."""
    top = [_head(seen, now, width, keys)]
    for one in seen:
        top += [_fit(line, width) for line in _account(one, now)]
    found = lists(seen)
    if height is None:
        return top + [line for each in found for line in _drawn(each, now, width, PLAIN_LINES)]
    room = height - len(top)
    if width < TWO_COLUMNS:
        return (top + _column(found, now, width, room))[:height]
    half = (width - GAP) // 2
    rest = width - GAP - half
    near, far = _column((found[0], found[4]), now, half, room), _column(found[1:4], now, rest, room)
    return (top + _beside(near, far, half, rest))[:height]


def _head(seen: Sequence[Seen], now: datetime, width: int, keys: str) -> Text:
    zone = seen[0].timezone if seen else "UTC"
    line = _fit(Text.assemble(("followupd", "bold"), f"  {shown(when(now, zone))}  {clean(zone)}"), width - cell_len(keys))
    return line.append(Text(keys, "dim")) if cell_len(keys) < width else _fit(line, width)


def _account(seen: Seen, now: datetime) -> list[Text]:
    """How the account is, in one line; a second one for what is wrong."""
    name = Text(clean(seen.account, 40), "bold")
    if not seen.daemon:
        told = said("not running; last sign of life {last}", last=ago(seen.at, now)) if seen.at else said("not running, and never was")
        state = Text.assemble((told, "yellow"))
    elif seen.at and now - seen.at > SILENT_AFTER:
        told = said("process {pid} gave its last sign of life {last}", pid=seen.daemon, last=ago(seen.at, now))
        state = Text.assemble((told, "bold red"))
    else:
        state = Text.assemble((shown(term(clean(seen.state, 40))), STYLES.get(seen.state, "")), f"{comma()}{shown(ago(seen.at, now))}")
    figures = (
        said("last mail {last}; {mails} mails, {threads} threads", last=ago(seen.newest, now), mails=seen.messages, threads=seen.threads)
        if seen.messages
        else said("no mail read yet")
    )
    process = [said("process {pid}", pid=seen.daemon)] if seen.daemon else []
    lines = [Text.assemble(name, colon(), state, semicolon(), semicolon().join([figures, *_queues(seen)]), (semicolon().join(["", *process]), "dim"))]
    if seen.detail and seen.state not in {"watching", "done once"}:
        lines.append(Text(f"  {clean(heard(seen.detail))}", STYLES.get(seen.state, "")))
    return lines + [Text(f"  {clean(heard(trouble))}", "bold red") for trouble in seen.trouble]


def _queues(seen: Seen) -> list[str]:
    """What waits, where anything does."""
    waits = (
        (seen.waiting, said("{count} threads to look at", count=seen.waiting)),
        (seen.outbox, said("{count} mails to you wait", count=seen.outbox)),
        (seen.words, said("{count} words of yours wait", count=seen.words)),
    )
    return [what for count, what in waits if count]


def _column(found: Sequence[Listed], now: datetime, width: int, room: int) -> list[Text]:
    """Lists below each other in so many lines: line by line in turns, so that each is seen and none fills the screen."""
    given = shares([len(each.lines) for each in found], room)
    lines: list[Text] = []
    for each, count in zip(found, given, strict=True):
        if count is not None:
            lines += _drawn(each, now, width, count)
    return lines[: max(room, 0)]


def shares(lengths: Sequence[int], room: int) -> list[int | None]:
    """How many lines each list gets beside its title; None for those that find no room even for that."""
    given: list[int | None] = []
    for _ in lengths:
        fits = room > 1 or (room == 1 and not given)
        given.append(0 if fits else None)
        room -= 2 if fits else 0
    room += sum(1 for count in given if count is not None)
    while room > 0:
        wanting = [n for n, count in enumerate(given) if count is not None and count < lengths[n]]
        if not wanting:
            break
        for n in wanting[:room]:
            given[n] = (given[n] or 0) + 1
        room -= len(wanting[:room])
    return given


def _drawn(each: Listed, now: datetime, width: int, count: int) -> list[Text]:
    more = "+" if max(Counter(seen.account for seen, _ in each.lines).values(), default=0) >= SHOWN else ""
    title = f"{shown(each.title)} ({len(each.lines)}{more})" if each.lines else said("{title}: none", title=each.title)
    several = len({seen.account for seen, _ in each.lines}) > 1
    head = _fit(Text(f" {title} ", "bold reverse"), width)
    return [head, *(_row(seen, line, each.moment, now, width, several=several) for seen, line in each.lines[:count])]


def _row(seen: Seen, line: Line, moment: Moment, now: datetime, width: int, *, several: bool) -> Text:
    """When, who, what, why; the last takes what is left."""
    wide = width >= 70
    cells = [(moment(line.at, now, seen.timezone), 15 if moment is left else 7, "dim")]
    cells += [(seen.account, 9, "dim")] if several else []
    cells += [(line.who, 24 if wide else 16, ""), (line.what, 18 if wide else 12, STYLES.get(line.what, ""))]
    row = Text()
    for text, size, style in cells:
        row.append_text(_fit(Text(clean(shown(text), 80), style), size - 1)).append(" ")
    return _fit(row.append(clean(shown(line.why), 300)), width)


def _beside(one: list[Text], other: list[Text], half: int, rest: int) -> list[Text]:
    lines = []
    for n in range(max(len(one), len(other))):
        near, far = (side[n] if n < len(side) else _fit(Text(), width) for side, width in ((one, half), (other, rest)))
        lines.append(near.copy().append(" " * GAP).append_text(far))
    return lines


def _fit(text: Text, width: int) -> Text:
    """Cut or filled up to exactly so many cells."""
    fitted = text.copy()
    fitted.truncate(max(width, 0), overflow="ellipsis", pad=True)
    fitted.no_wrap = True
    return fitted


# ---- told line by line ----------------------------------------------------------------------------


def news(before: Sequence[Seen], after: Sequence[Seen], now: datetime) -> list[str]:
    """What is there that was not there before, in lines for a log: states first, then each list, oldest first."""
    told = []
    known = {s.account: s for s in before}
    for seen in after:
        old = known.get(seen.account)
        if old is None or (old.daemon, old.state, old.trouble) != (seen.daemon, seen.state, seen.trouble):
            told += [_plain_line(seen.account, line.plain.strip()) for line in _account(seen, now)]
    earlier = {(each.title, s.account, line) for each in lists(before) for s, line in each.lines}
    for each in lists(after):
        fresh = [(s, line) for s, line in each.lines if (each.title, s.account, line) not in earlier]
        for seen, line in reversed(fresh):
            parts = (each.moment(line.at, now, seen.timezone), line.who, shown(line.what), shown(line.why))
            title = shown(each.title) if chinese() else each.title.lower()
            told.append(_plain_line(seen.account, title + colon() + semicolon().join(p for p in parts if p)))
    return told


def _plain_line(account: str, told: str) -> str:
    return clean(told if told.startswith(f"{clean(account)}{colon()}") else f"{account}{colon()}{told}")
