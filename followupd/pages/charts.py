"""How does each part of the report look as a picture?

Every chart is drawn twice, for a wide page and for a phone; the style sheet shows one of them. Geometry only: figures come from the
report, words from the table of words, colours from the style sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from followupd.lab.anyway import Share
from followupd.lab.report import BINS, MARKS, VERDICTS, Country, Report, StageSilence
from followupd.pages.countries import country
from followupd.pages.findings import percent, stage_title, topic_title
from followupd.pages.svg import SIZE, Picture, cut, width_of
from followupd.pages.words import Words

WIDE, NARROW = 680, 342
MOST_COUNTRIES = 10
SMALL = 12


def both(draw: Callable[[float, str], Picture], key: str) -> list[tuple[str, str]]:
    """The picture for a wide page and for a phone: (class, markup)."""
    return [("wide", str(draw(WIDE, f"{key}-w"))), ("narrow", str(draw(NARROW, f"{key}-n")))]


# ---- from inquiry to order ------------------------------------------------------------------------


def funnel(report: Report, words: Words, width: float, key: str) -> Picture:
    """One bar per step, as long as its share of all inquiries."""
    narrow = width < WIDE
    label, row, bar = (0.0, 50.0, 18.0) if narrow else (150.0, 36.0, 20.0)
    steps = report.funnel.steps
    told = "; ".join(f"{words(s.id)} {s.of_all.part}" for s in steps)
    picture = Picture(key, width, row * len(steps) + 2, words("funnel"), f"{words('funnel_desc')} {told}.")
    room = width - label - (92 if narrow else 110)
    for n, step in enumerate(steps):
        top = row * n + (22 if narrow else 6)
        length = room * step.of_all.share
        picture.text("label", 0, row * n + (14 if narrow else 21), cut(words(step.id), 220 if narrow else label - 10))
        picture.bar("track", label, top, room, bar)
        picture.bar("fill", label, top, max(length, 1.5 if step.of_all.part else 0), bar)
        end = label + room + 10
        picture.text("figure", end + 34, top + bar / 2 + 5, str(step.of_all.part), "end")
        if step.of_all.enough and n:
            picture.text("muted", end + 44, top + bar / 2 + 5, percent(step.of_all.share))
    return picture


# ---- silence --------------------------------------------------------------------------------------


def silence(one: StageSilence, words: Words, key: str) -> Picture:
    """The share still silent after so many working days, with its band and the silences that lasted so long."""
    width, height, left, right, top, bottom = 330.0, 218.0, 38.0, 12.0, 34.0, 48.0
    title = stage_title(one, words)
    told = words(
        "silences_told", stage=title, five=percent(one.curve.silent_after(5)), ten=percent(one.curve.silent_after(10)), n=one.curve.silences
    )
    picture = Picture(key, width, height, title, words("silences_desc", told=told))
    span, floor = MARKS[-1], height - bottom

    def across(days: float) -> float:
        return left + (width - left - right) * min(days, span) / span

    def up(share: float) -> float:
        return floor - (floor - top) * share

    picture.text("label", 0, 14, cut(words("panel", stage=title, n=one.curve.silences), width))
    for share in (0.0, 0.5, 1.0):
        picture.line("axis" if share == 0 else "grid", left, up(share), width - right, up(share))
        picture.text("muted small", left - 6, up(share) + 4, percent(share), "end")
    for day in one.thresholds:
        if day <= span:
            picture.line("rule", across(day), top, across(day), floor)
    _curve(picture, one, across, up)
    picture.text("muted small", 0, floor + 18, words("day"))
    picture.text("muted small", 0, floor + 36, words("lasted"))
    for mark, waiting in zip(MARKS, one.at_risk, strict=True):
        picture.text("muted small", across(mark), floor + 18, str(mark), "middle")
        picture.text("muted small", across(mark), floor + 36, str(waiting), "middle")
    return picture


def _curve(picture: Picture, one: StageSilence, across: Callable[[float], float], up: Callable[[float], float]) -> None:
    steps = [(0, 1.0, 1.0, 1.0), *((s.days, s.silent, s.low, s.high) for s in one.curve.steps if s.days <= MARKS[-1])]
    last = max([steps[-1][0], *(m for m, n in zip(MARKS, one.at_risk, strict=True) if n)])
    ends = [*(s[0] for s in steps[1:]), last]
    low, high, middle = ([(x, s[n]) for s, end in zip(steps, ends, strict=True) for x in (s[0], end)] for n in (2, 3, 1))
    picture.path("band", [(across(x), up(y)) for x, y in [*high, *reversed(low)]], closed=True)
    picture.path("curve", [(across(x), up(y)) for x, y in middle])


# ---- follow-ups -----------------------------------------------------------------------------------


def effects(report: Report, words: Words, width: float, key: str) -> Picture:
    """Two shares with their ranges per topic: after a follow-up, and anyway."""
    narrow = width < WIDE
    label, row, head = (0.0, 78.0, 50.0) if narrow else (200.0, 46.0, 30.0)
    found = report.followups
    told = " ".join(
        words("followups_told", topic=topic_title(e, report, words), after=percent(e.after.share), anyway=percent(e.anyway.share))
        for e in found
        if e.enough
    )
    height = head + row * len(found) + 26
    picture = Picture(key, width, height, words("followups"), words("followups_desc", told=told))
    left, right = label + 8, width - 20
    most = max([0.2, *(s.high for e in found for s in (e.after, e.anyway) if s.enough)])
    top_share = min(1.0, (int(most * 5 - 1e-9) + 1) / 5)

    def across(share: float) -> float:
        return left + (right - left) * min(share, top_share) / top_share

    _legend(picture, words, left, narrow=narrow)
    floor = head + row * len(found)
    for tick in (0.0, top_share / 2, top_share):
        picture.line("grid", across(tick), head - 4, across(tick), floor)
        picture.text("muted small", across(tick), floor + 18, percent(tick), "middle")
    for n, effect in enumerate(found):
        y = head + row * n
        picture.text("label", 0, y + (12 if narrow else 16), cut(topic_title(effect, report, words), (width if narrow else label) - 10))
        sent = words("row_both" if effect.enough else "row_sent", sent=effect.sent, silences=effect.silences)
        picture.text("muted small", 0 if not narrow else width, y + (12 if narrow else 33), sent, "end" if narrow else "start")
        middle = y + (44 if narrow else 22)
        if not effect.after.enough:
            picture.text("muted small", left, middle + 4, words("row_few", sent=effect.sent, answered=effect.answered))
            continue
        _range(picture, "after", effect.after, middle - 8, across)
        if effect.enough:
            _range(picture, "anyway", effect.anyway, middle + 8, across)
        else:
            picture.text("muted small", left, middle + 13, words("row_lone"))
    return picture


def _legend(picture: Picture, words: Words, left: float, *, narrow: bool) -> None:
    picture.dot("after", left + 6, 10, 5)
    picture.text("small", left + 18, 14, words("after"))
    x, y = (left, 30.0) if narrow else (left + 48 + width_of(words("after"), SMALL), 10.0)
    _diamond(picture, x + 6, y)
    picture.text("small", x + 18, y + 4, words("anyway"))


def _diamond(picture: Picture, x: float, y: float) -> None:
    picture.path("anyway", [(x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6)], closed=True)


def _range(picture: Picture, kind: str, share: Share, y: float, across: Callable[[float], float]) -> None:
    picture.line(f"{kind} reach", across(share.low), y, across(share.high), y)
    if kind == "after":
        picture.dot(kind, across(share.share), y, 5)
    else:
        _diamond(picture, across(share.share), y)


# ---- our own side ---------------------------------------------------------------------------------


def bins(words: Words) -> list[str]:
    """What the groups of the first answers are called, the last for those without any."""
    middle = [words("between", low=low, high=high) for low, high in pairwise(BINS)]
    return [words("up_to", high=BINS[0]), *middle, words("longer", low=BINS[-1]), words("not_yet")]


def response(report: Report, words: Words, width: float, key: str) -> Picture:
    """Columns: how many first answers took how long; those without one stand apart."""
    counts = [*report.response.bins, report.response.unanswered]
    names = bins(words)
    told = ", ".join(f"{name}: {n}" for name, n in zip(names, counts, strict=True))
    height, top, bottom = 190.0, 24.0, 46.0
    picture = Picture(key, width, height, words("response"), f"{words('response_desc')} {told}.")
    floor, tallest = height - bottom, max([1, *counts])
    gap = 22.0 if width >= WIDE else 8.0
    step = (width - gap) / len(counts)
    for n, (name, count) in enumerate(zip(names, counts, strict=True)):
        apart = n == len(counts) - 1
        x = step * n + (gap if apart else 0)
        tall = (floor - top) * count / tallest
        picture.bar("open" if apart else "fill", x + 2, floor - tall, step - 6, tall)
        picture.text("figure", x + step / 2 - 1, floor - tall - 7, str(count), "middle")
        picture.text("muted small", x + step / 2 - 1, floor + 18, name, "middle")
    picture.line("axis", 0, floor, width - step - 2, floor)
    picture.line("axis", width - step + 2, floor, width, floor)
    picture.text("muted small", 0, floor + 38, words("hours_axis"))
    return picture


# ---- countries ------------------------------------------------------------------------------------


def places(report: Report, words: Words) -> list[tuple[str, int, int, int]]:
    """Name, inquiries, quotes and orders: the largest, then all others together, then those not known."""
    known = [c for c in report.countries if c.code]
    unknown = [c for c in report.countries if not c.code]
    rows = [(country(c.code, words.language), c.inquiries, c.quoted, c.ordered) for c in known[:MOST_COUNTRIES]]
    for name, some in ((words("other"), known[MOST_COUNTRIES:]), (words("nowhere"), unknown)):
        if some:
            rows.append((name, *_sums(some)))
    return rows


def _sums(some: Sequence[Country]) -> tuple[int, int, int]:
    return sum(c.inquiries for c in some), sum(c.quoted for c in some), sum(c.ordered for c in some)


def countries(report: Report, words: Words, width: float, key: str) -> Picture:
    """A bar per country: inquiries, and of these the quoted ones."""
    rows = places(report, words)
    narrow = width < WIDE
    label, row = (116.0, 30.0) if narrow else (170.0, 28.0)
    told = " ".join(words("countries_told", country=name, inquiries=a, quoted=b, ordered=c) for name, a, b, c in rows)
    picture = Picture(key, width, row * len(rows) + 2, words("countries"), words("countries_desc", told=told))
    room = width - label - 96
    most = max([1, *(r[1] for r in rows)])
    for n, (name, inquiries, quoted, ordered) in enumerate(rows):
        y = row * n + 5
        picture.text("label", 0, y + 14, cut(name, label - 6))
        picture.bar("track", label, y, room * inquiries / most, row - 11)
        picture.bar("fill", label, y, room * quoted / most, row - 11)
        for place, value in ((26, inquiries), (56, quoted), (86, ordered)):
            picture.text("figure" if place == 26 else "muted", label + room + place, y + 14, str(value), "end")
    return picture


# ---- verdicts -------------------------------------------------------------------------------------


def verdicts(report: Report, words: Words, width: float, key: str) -> Picture:
    """Our verdicts across, the user's down; agreement lies on the diagonal."""
    narrow = width < WIDE
    left, cell, row, top = (84.0, 62.0, 42.0, 46.0) if narrow else (150.0, 96.0, 44.0, 46.0)
    told = "; ".join(
        f"{words('we_said')} {words(ours)}, {words('you_said')} {words(theirs)}: {n}" for ours, theirs, n in report.verdicts.pairs
    )
    picture = Picture(key, width, top + row * len(VERDICTS) + 4, words("verdicts"), f"{words('verdicts_desc')} {told}.")
    most = max([1, *(n for *_, n in report.verdicts.pairs)])
    picture.text("small", left, 14, words("we_said"))
    picture.text("small", 0, 36, words("you_said"))
    for n, verdict in enumerate(VERDICTS):
        picture.text("muted small", left + cell * n + cell / 2, 36, cut(words(verdict), cell, SMALL), "middle")
        picture.text("label", 0, top + row * n + row / 2 + 5, cut(words(verdict), left - 8))
        for m, ours in enumerate(VERDICTS):
            count = report.verdicts.count(ours, verdict)
            x, y = left + cell * m, top + row * n
            shade = f"cell shade{round(4 * count / most) if count else 0}"
            picture.bar(f"{shade} same" if m == n else shade, x + 2, y + 2, cell - 4, row - 4)
            picture.text("figure" if count else "muted", x + cell / 2, y + row / 2 + SIZE / 2 - 1, str(count), "middle")
    return picture
