"""What does your own mailbox say about the thresholds of silence? (tune)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.backtesting import DIRECTORY, YEAR, _run
from followupd.cli.output import counted, say, say_json, table, tell
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.terms import term
from followupd.cli.tongue import said
from followupd.deciding.rulebook import Rulebook
from followupd.lab.backtest import FEW, Result
from followupd.lab.survival import FEW_ANSWERS, FEW_SILENCES, HORIZON, SOON, Curve, Silence, curve, silences_of
from followupd.model import Facts
from followupd.rulesource import Entry, RuleSource

DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30)
OFFERS = "offers"
WITHIN = timedelta(days=14)
BREAKDOWNS = ("country", "language", "weekday")


@click.command("tune")
@click.option("--rules", "directory", type=DIRECTORY, metavar="DIR", help="Your rules; default: those of the config.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Default: all that is indexed.")
@click.option("--no-backtest", is_flag=True, help="Do not replay the proposal.")
@of_account
@as_json
@click.pass_obj
def tune_command(options: Options, directory: Path | None, since: datetime | None, no_backtest: bool, only: str | None, json_: bool) -> None:
    """How long your buyers take to answer, what the thresholds cost, and a proposal with its backtest.

    From what is indexed, without the mailbox. Nothing is changed: the proposal is a few lines for your own stages.yaml.
    """
    source = rules_of(options, directory)
    book = Rulebook.build(source)
    with views(options.config, only) as opened:
        for view in opened:
            found = _collected(view, book, since.replace(tzinfo=UTC) if since else None)
            offers = curve(s for s, _ in found if s.group == OFFERS)
            proposal = _worth_saying(offers, book)
            tried = _tried(view, options, source, proposal) if proposal and not no_backtest else None
            if json_:
                say_json(_plain(view, offers, book, proposal, tried))
            else:
                _show(view, offers, found, book, proposal, tried)


def _collected(view: View, book: Rulebook, since: datetime | None) -> list[tuple[Silence, dict[str, str]]]:
    """All silences with what they may be told apart by."""
    seen = [c.seen_at for c in view.index.cursors().values() if c.seen_at]
    until = max(seen, default=datetime.now(UTC))
    found: list[tuple[Silence, dict[str, str]]] = []
    for row in counted(view.index.rows(), said("{account}: reading threads", account=view.account.title), view.index.counts()[1]):
        thread = view.index.thread(row.id)
        if thread is None or row.facts is None or (since and thread.messages[-1].date < since):
            continue
        judged = view.index.judgements(thread)
        offers = {quote.message_id for quote in row.facts.quotes}
        dates = {m.id: m.date for m in thread.messages}
        for silence in silences_of(thread, judged, until, _business(view, book, row.facts), lambda id: id):
            if since and dates[silence.group] < since:
                continue
            about = {
                "country": row.facts.buyer.country or "unknown",
                "language": row.facts.spoken or row.facts.buyer.language or "unknown",
                "weekday": f"{dates[silence.group]:%A}",
            }
            found.append((replace(silence, group=OFFERS if silence.group in offers else ""), about))
    return found


def _business(view: View, book: Rulebook, facts: Facts) -> Callable[[date], bool]:
    calendar = book.calendar(facts.buyer, view.account.identity())
    return lru_cache(maxsize=None)(calendar.is_business)


def _thresholds(book: Rulebook) -> tuple[int, ...]:
    return tuple(span.amount for span in book.stage("quoted").rule.silence if span.unit == "bd")


def _worth_saying(offers: Curve, book: Rulebook) -> tuple[int, ...]:
    """A proposal that is something else than what holds; empty otherwise."""
    proposal = offers.proposal()
    return () if proposal == _thresholds(book) else proposal


def _tried(view: View, options: Options, source: RuleSource, proposal: tuple[int, ...]) -> tuple[Result, Result]:
    """Both rule sets over the past year."""
    entry = source.tables["stages"]["quoted"]
    data = {**entry.data, "silence": [f"{days}bd" for days in proposal]}
    changed = replace(source, tables={**source.tables, "stages": {**source.tables["stages"], "quoted": Entry(entry.id, data, entry.files)}})
    in_force = rules_of(options)
    return _run(view, source, in_force, None, WITHIN), _run(view, changed, in_force, None, WITHIN)


# ---- what is told ---------------------------------------------------------------------------------


def _show(
    view: View, offers: Curve, found: list[tuple[Silence, dict[str, str]]], book: Rulebook, proposal: tuple[int, ...], tried: tuple[Result, Result] | None
) -> None:
    tell(
        said(
            "{account}: {mails} mails of yours waited for an answer, {offers} of them offers; {answered} offers were answered.",
            account=view.account.title, mails=len(found), offers=offers.silences, answered=offers.answered,
        )
    )  # fmt: skip
    if not offers.silences:
        tell(said("There is nothing to tell yet: no offer of yours is indexed."))
        return
    rows = [(f"{d}", _between(offers, d), f"{offers.answers_later(d):.0%}", f"{offers.answers_later(d, SOON):.0%}") for d in DAYS]
    columns = ("business days", "still silent", "answer later", said("within {days} more", days=SOON))
    table(said("After an offer"), columns, rows, fixed=("business days",))
    _show_groups(found)
    _show_thresholds(offers, book)
    if not offers.enough:
        tell(
            said(
                "Too little to propose anything: it takes {offers} offers and {answers} answers, so that the next ten mails do not say otherwise.",
                offers=FEW_SILENCES, answers=FEW_ANSWERS,
            )
        )  # fmt: skip
    elif not proposal:
        tell(said("Nothing to propose: your thresholds stand where your buyers' habits put them."))
    else:
        _show_proposal(book, proposal, tried)


def _between(offers: Curve, days: int) -> str:
    step = next((s for s in reversed(offers.steps) if s.days <= days), None)
    if step is None:
        return "100%"
    return said("{share} ({low} to {high})", share=f"{step.silent:.0%}", low=f"{step.low:.0%}", high=f"{step.high:.0%}")


def _show_groups(found: list[tuple[Silence, dict[str, str]]]) -> None:
    """Medians by country, language and weekday, where there is enough to count."""
    rows = []
    for name in BREAKDOWNS:
        groups: dict[str, list[Silence]] = defaultdict(list)
        for silence, about in found:
            if silence.group == OFFERS:
                groups[about[name]].append(silence)
        for value, silences in sorted(groups.items(), key=lambda item: -len(item[1])):
            if len(silences) >= FEW and (one := curve(silences)).answered:
                rows.append((term(name), term(value), len(silences), one.settled(0.5), one.settled(0.9), f"{1 - one.silent_after(HORIZON):.0%}"))
    if rows:
        table(said("Who answers when"), ("by", "", "offers", "half by day", "nine of ten by", "answer at all"), rows)


def _show_thresholds(offers: Curve, book: Rulebook) -> None:
    rows = [(f"{n}.", f"{days}bd", f"{offers.silent_after(days):.0%}", f"{offers.answers_later(days, SOON):.0%}") for n, days in enumerate(_thresholds(book), 1)]
    if rows:
        table(said("Your thresholds after an offer"), ("follow-up", "after", "silent then", "needless: would have answered soon"), rows)


def _show_proposal(book: Rulebook, proposal: tuple[int, ...], tried: tuple[Result, Result] | None) -> None:
    old, new = (", ".join(f"{d}bd" for d in days) for days in (_thresholds(book), proposal))
    say(said("Proposed for rules/stages.yaml of your own:"))
    say(f"   quoted:\n-    silence: [{old}]\n+    silence: [{new}]")
    if tried is None:
        return
    names = ("drafts", "needless", "silence went on", "silences met")
    figures = [(len(r.made), r.count("answered"), r.count("silent"), r.caught) for r in tried]
    rows = [(term(name), figures[0][n], figures[1][n]) for n, name in enumerate(names)]
    table(said("Replayed over {days} days", days=YEAR.days), ("", "now", "proposed"), rows)
    tell(said("A replay tells when silence would have been met, never what an answer would have been."))


def _plain(view: View, offers: Curve, book: Rulebook, proposal: tuple[int, ...], tried: tuple[Result, Result] | None) -> dict[str, object]:
    return {
        "account": view.account.title,
        "offers": offers.silences,
        "answered": offers.answered,
        "enough": offers.enough,
        "curve": [{"business_days": s.days, "silent": s.silent, "low": s.low, "high": s.high, "at_risk": s.at_risk} for s in offers.steps],
        "thresholds": list(_thresholds(book)),
        "proposal": list(proposal),
        "backtest": [{"drafts": len(r.made), "needless": r.count("answered"), "caught": r.caught} for r in tried] if tried else None,
    }
