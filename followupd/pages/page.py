"""What does the report look like as one HTML file?

Style and pictures stand in it; nothing is loaded from anywhere, no script runs, and the policy in its head forbids both. The template
escapes every text; pictures come escaped from svg.py. What stems from a mail is put on one line without controls or bidi marks first (law 9).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.drafting.clean import one_line
from followupd.lab.anyway import Effect
from followupd.lab.backtest import FEW
from followupd.lab.report import MARKS, VERDICTS, Covered, Report
from followupd.lab.survival import SOON
from followupd.pages import charts
from followupd.pages.countries import country
from followupd.pages.findings import findings, percent, round_hours, share_of, share_told, stage_title, topic_title
from followupd.pages.words import Words

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Table:
    """Figures as text. The first column names the row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    names: bool = False
    """Does it name buyers? Then its columns are read from the left."""


@dataclass(frozen=True)
class Section:
    """One part of the page. ``figures``: pictures by the width they are for; ``panels``: pictures beside each other."""

    key: str
    heading: str
    finding: str
    figures: Sequence[tuple[str, str]] = ()
    panels: Sequence[str] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    how: str = ""


def page(report: Report, language: str = "en") -> str:
    """The whole file. ``language``: en or zh."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    words = Words(language)
    style = (HERE / "report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    house = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return house.get_template("report.html.j2").render(
        words=words,
        style=style,
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        accounts=words("and").join(_text(c.account, 120) for c in report.source.covered),
        dateline=_dateline(report, words),
        empty=report.empty,
        sections=[] if report.empty else _sections(report, words),
        source=_source(report, words),
        colophon=_colophon(report, words),
    )


def _sections(report: Report, words: Words) -> list[Section]:
    said = findings(report, words)
    made = (_funnel, _silences, _followups, _response, _countries, _verdicts)
    return [build(report, words, finding) for build, finding in zip(made, said.values(), strict=True)]


def _text(value: str, limit: int = 80) -> str:
    """Something from a mail, on one line."""
    return one_line(value, limit)


# ---- dates ----------------------------------------------------------------------------------------


def _day(moment: datetime | None, report: Report, words: Words) -> str:
    if moment is None:
        return words("never")
    here = moment.astimezone(ZoneInfo(report.source.timezone))
    return words("date", d=here, month=words("months").split()[here.month - 1])


def _dateline(report: Report, words: Words) -> list[str]:
    source = report.source
    firsts = [c.first for c in source.covered if c.first]
    lasts = [c.last for c in source.covered if c.last]
    made = source.made.astimezone(ZoneInfo(source.timezone))
    told = []
    if firsts and lasts:
        told.append(words("span", first=_day(min(firsts), report, words), last=_day(max(lasts), report, words)))
        told.append(words("size", mails=f"{sum(c.mails for c in source.covered):,}", threads=f"{sum(c.threads for c in source.covered):,}"))
    if source.since:
        told.append(words("since", day=_day(source.since, report, words)))
    told.append(words("made", day=_day(source.made, report, words), time=f"{made:%H:%M}", zone=source.timezone))
    return told


# ---- the parts ------------------------------------------------------------------------------------


def _funnel(report: Report, words: Words, finding: str) -> Section:
    rows = tuple(
        (
            words(s.id), str(s.of_all.part), share_of(s.of_all, words) if s.id != "inquiry" else "–",
            share_of(s.of_quoted, words) if s.id not in ("inquiry", "quote") else "–",
        )
        for s in report.funnel.steps
    )  # fmt: skip
    any_asked = report.funnel.step("inquiry").of_all.part
    return Section(
        "funnel", words("funnel"), finding,
        figures=charts.both(lambda width, key: charts.funnel(report, words, width, key), "funnel") if any_asked else (),
        notes=(words("funnel_note", young=report.funnel.young),) if report.funnel.young else (),
        tables=(Table((words("step"), words("n"), words("of_inquiries"), words("of_quotes")), rows),), how=words("funnel_how"),
    )  # fmt: skip


def _silences(report: Report, words: Words, finding: str) -> Section:
    drawn = [s for s in report.silences if s.enough]
    left = [words("panel", stage=stage_title(s, words), n=s.curve.silences) for s in report.silences if not s.enough]
    rows = tuple(
        (stage_title(s, words), str(s.curve.silences), str(s.curve.answered), *(percent(s.curve.silent_after(d)) if s.enough else "–" for d in MARKS[1:4]))
        for s in report.silences
    )
    columns = (words("stage"), words("count"), words("answered"), *(words("silent_after", days=d) for d in MARKS[1:4]))
    return Section(
        "silences", words("silences"), finding,
        panels=[str(charts.silence(s, words, f"silence-{n}")) for n, s in enumerate(drawn)],
        notes=((words("silences_note"),) if drawn else ()) + ((words("silences_left", stages=words("and").join(left)),) if left and drawn else ()),
        tables=(Table(columns, rows),) if rows else (), how=words("silences_how"),
    )  # fmt: skip


def _followups(report: Report, words: Words, finding: str) -> Section:
    columns = tuple(words(c, soon=SOON) for c in ("topic", "sent", "answered_soon", "open", "after", "anyway", "compared"))
    rows = tuple(_effect_row(e, report, words) for e in report.followups)
    drawn = any(e.after.enough for e in report.followups)
    return Section(
        "followups", words("followups"), finding,
        figures=charts.both(lambda width, key: charts.effects(report, words, width, key), "effects") if drawn else (),
        notes=(words("followups_note"),) if drawn else (),
        tables=(Table(columns, rows),) if rows else (), how=words("followups_how", soon=SOON, few=FEW),
    )  # fmt: skip


def _effect_row(effect: Effect, report: Report, words: Words) -> tuple[str, ...]:
    anyway = share_told(effect.anyway, words) if effect.enough else "–"
    title = topic_title(effect, report, words)
    return title, str(effect.sent), str(effect.answered), str(effect.open), share_told(effect.after, words), anyway, str(effect.silences)


def _response(report: Report, words: Words, finding: str) -> Section:
    told = report.response
    opens, closes = told.office_hours
    enough = len(told.hours) >= FEW
    rows = [(words("within", hours=h), f"{c.part} / {c.whole}", share_of(c, words)) for h, c in told.within]
    rows += [(name, str(n), "") for name, n in zip(charts.bins(words), [*told.bins, told.unanswered], strict=True)]
    for key, share in (("median", 0.5), ("p90", 0.9)):
        hours = told.quantile(share)
        rows.insert(0 if key == "median" else 1, (words(key), words("hours", h=round_hours(hours)) if enough and hours is not None else "–", ""))
    waiting = tuple((_text(w.who), _text(w.subject), country(_text(w.country), words.language), _day(w.since, report, words)) for w in told.waiting)
    named = Table(tuple(words(c) for c in ("who", "subject", "country", "came")), waiting, words("waiting"), names=True)
    there = bool(told.hours or told.unanswered)
    more = (words("response_more", n=told.elsewhere),) if told.elsewhere else ()
    return Section(
        "response", words("response"), finding,
        figures=charts.both(lambda width, key: charts.response(report, words, width, key), "response") if there else (),
        notes=((words("response_note", opens=opens, closes=closes),) if there else ()) + more,
        tables=(Table((words("took"), words("n"), words("share")), tuple(rows)), *((named,) if waiting else ())) if there else (),
        how=words("response_how"),
    )  # fmt: skip


def _countries(report: Report, words: Words, finding: str) -> Section:
    columns = tuple(words(c) for c in ("country", "inquiries", "quoted", "ordered"))
    rows = [(country(_text(c.code), words.language) if c.code else words("nowhere"), c.inquiries, c.quoted, c.ordered) for c in report.countries]
    return Section(
        "countries", words("countries"), finding,
        figures=charts.both(lambda width, key: charts.countries(report, words, width, key), "countries") if rows else (),
        notes=(words("countries_note"),) if rows else (),
        tables=(Table(columns, tuple((name, *map(str, n)) for name, *n in rows)),) if rows else (), how=words("countries_how"),
    )  # fmt: skip


def _verdicts(report: Report, words: Words, finding: str) -> Section:
    told = report.verdicts
    there = bool(told.agreed.whole)
    rows = tuple((words(theirs), *(str(told.count(ours, theirs)) for ours in VERDICTS)) for theirs in VERDICTS)
    figures = Table((f"{words('you_said')} ↓ {words('we_said')} →", *(words(v) for v in VERDICTS)), rows)
    named = Table(
        tuple(words(c) for c in ("who", "subject", "we_said", "you_said")),
        tuple((_text(d.who), _text(d.subject), words(d.ours), words(d.theirs)) for d in told.differing), words("differing"), names=True,
    )  # fmt: skip
    return Section(
        "verdicts", words("verdicts"), finding,
        figures=charts.both(lambda width, key: charts.verdicts(report, words, width, key), "verdicts") if there else (),
        notes=(words("verdicts_note"),) if there else (), tables=(figures, *((named,) if told.differing else ())) if there else (),
        how=words("verdicts_how") if there else "",
    )  # fmt: skip


def _source(report: Report, words: Words) -> Table:
    def row(covered: Covered) -> tuple[str, ...]:
        days = (_day(d, report, words) if d else "–" for d in (covered.first, covered.last))
        return (_text(covered.account), *days, f"{covered.mails:,}", f"{covered.threads:,}", _day(covered.looked_at, report, words))

    columns = tuple(words(c) for c in ("account", "first", "last", "mails", "threads", "looked"))
    return Table(columns, tuple(row(c) for c in report.source.covered))


def _colophon(report: Report, words: Words) -> str:
    source = report.source
    rules = words("rules_own" if source.own_rules else "rules_shipped", version=source.version, digest=source.rules[:12])
    return ("" if words.language == "zh" else " ").join((rules, words("alone")))
