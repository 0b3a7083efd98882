"""What would these rules have done in the mail of the past? (backtest)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from followupd import __version__
from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.output import clean, counted, say_json, table, tell
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.terms import term, topic_name
from followupd.cli.tongue import comma, later, said, shown
from followupd.deciding.asked import Settings
from followupd.errors import Problem, UserError
from followupd.lab.backtest import FEW, Backtest, Made, Past, Result, interval
from followupd.rulesource import RuleSource

DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
DECIDES = frozenset({"stages", "topics", "limits", "countries", "seasons", "festivals", "markets", "facts"})
"""Tables that judging never asks: where only these differ, what was judged of the mails stands."""
SHOWN = 20
YEAR = timedelta(days=365)


@click.command("backtest")
@click.option("--rules", "directory", type=DIRECTORY, metavar="DIR", help="Your rules; default: those of the config.")
@click.option("--against", type=DIRECTORY, metavar="DIR", help="Other rules to compare with, side by side.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Default: a year before the last look.")
@click.option("--answered-within", "within", default="14d", show_default=True, metavar="DAYS", help="What counts as an answer anyway.")
@of_account
@as_json
@click.pass_obj
def backtest_command(
    options: Options, directory: Path | None, against: Path | None, since: datetime | None, within: str, only: str | None, json_: bool
) -> None:
    """Replay the indexed mail under your rules: which drafts would have been made, needless ones, silences met.

    Needs no mailbox: what was indexed is replayed from event to event. A draft counts as sent at once; what the buyer
    wrote stays what it was.
    """
    days = _days(within)
    named = [(str(directory) if directory else later("rules in force"), rules_of(options, directory))]
    named += [(str(against), rules_of(options, against))] if against else []
    with views(options.config, only) as opened:
        for view in opened:
            results = [(name, _run(view, source, rules_of(options), since, days)) for name, source in named]
            if json_:
                for name, result in results:
                    say_json(_plain(view, name, result, days))
            else:
                _show(view, results, days)


def _days(within: str) -> timedelta:
    number = within.strip().removesuffix("d")
    if not number.isdigit() or not 1 <= int(number) <= 365:
        raise UserError(Problem("--answered-within", "must be a number of days like 14d"))
    return timedelta(days=int(number))


def _run(view: View, source: RuleSource, in_force: RuleSource, since: datetime | None, within: timedelta) -> Result:
    from followupd.accounts import rules_in_force

    rules = rules_in_force(source)
    seen = [c.seen_at for c in view.index.cursors().values() if c.seen_at]
    until = max(seen, default=datetime.now(UTC))
    begin = since.replace(tzinfo=UTC) if since else until - YEAR
    settings = Settings(view.account.identity(), begin, view.account.max_silence_age)
    same = view.index.meta("rules") == f"{__version__} {in_force.digest}" and _judging(source) == _judging(in_force)
    return Backtest(rules, view.account.own(), settings, begin, until, within).run(_pasts(view, begin, until, judged=same))


def _judging(source: RuleSource) -> dict[str, object]:
    """The tables that judging asks."""
    return {n: {id: e.data for id, e in t.items()} for n, t in source.tables.items() if n not in DECIDES}


def _pasts(view: View, begin: datetime, until: datetime, *, judged: bool) -> Iterator[Past]:
    """Threads in which something moved, or might still be followed up, in that time."""
    for row in counted(view.index.rows(), said("{account}: replaying", account=view.account.title), view.index.counts()[1]):
        if row.last_at is None or row.last_at < begin - view.account.max_silence_age:
            continue
        thread = view.index.thread(row.id)
        if thread is not None and thread.messages[0].date <= until:
            yield Past(thread, view.index.judgements(thread) if judged else {}, view.ledger.view(thread))


# ---- what is told ---------------------------------------------------------------------------------


def _share(part: int, whole: int) -> str:
    """A share with the range in which the truth lies; honest where there is little to count."""
    if not whole:
        return said("none to count")
    low, high = interval(part, whole)
    few = said("; too few to tell") if whole < FEW else ""
    return said(
        "{part} of {whole} ({share}; truth between {low} and {high}{few})",
        part=part, whole=whole, share=f"{part / whole:.0%}", low=f"{low:.0%}", high=f"{high:.0%}", few=few,
    )  # fmt: skip


def _rows(result: Result, within: timedelta) -> list[tuple[str, str]]:
    over = len(result.made) - result.count("open")
    after = said("{days} days after our mail", days=f"{result.after:g}") if result.after is not None else "-"
    topics = [f"{shown(topic_name(t))} {n}" for t, n in result.topics.items()]
    return [
        (said("threads"), str(result.threads)),
        (said("drafts"), str(len(result.made))),
        (said("needless: answered within {days} days anyway", days=within.days), _share(result.count("answered"), over)),
        (said("you wrote yourself first"), _share(result.count("own"), over)),
        (said("silence went on"), _share(result.count("silent"), over)),
        (said("too late to tell"), str(result.count("open"))),
        (said("silences of {days} days and more that a draft met", days=within.days), _share(result.caught, result.silences)),
        (said("half of them were met within"), after),
        (said("topics"), comma().join(topics) or "-"),
    ]


def _show(view: View, results: list[tuple[str, Result]], within: timedelta) -> None:
    first = results[0][1]
    table(
        said("{account}: {day} to {end}", account=view.account.title, day=f"{first.since:%Y-%m-%d}", end=f"{first.until:%Y-%m-%d}"),
        ("", *(shown(name) for name, _ in results)),
        [(row[0], *(_rows(r, within)[i][1] for _, r in results)) for i, row in enumerate(_rows(first, within))],
    )
    if len(results) > 1:
        _differences(results)
    tell(
        said(
            "A draft counts as sent at once; what the buyer wrote stays what it was. So this tells when silence is met, not what an answer would "
            "have been. Texts are not composed here, and drafts_per_day does not hold."
        )
    )


def _key(made: Made) -> tuple[str, str, str]:
    return made.thread_id, made.topic, f"{made.at:%Y-%m-%d}"


def _differences(results: list[tuple[str, Result]]) -> None:
    """Drafts that only one of the two would have made, the latest first."""
    held = [{_key(m): m for m in result.made} for _, result in results]
    for (name, _), mine, other in ((results[0], held[0], held[1]), (results[1], held[1], held[0])):
        alone = sorted((m for key, m in mine.items() if key not in other), key=lambda m: m.at, reverse=True)
        rows = [(f"{m.at:%Y-%m-%d}", clean(m.buyer, 40), topic_name(m.topic), m.silent, term(m.then)) for m in alone[:SHOWN]]
        if rows:
            title = said("Only {name}: {all} drafts, the latest {count}", name=name, all=len(alone), count=len(rows))
            table(title, ("day", "buyer", "topic", "days silent", "then"), rows)


def _plain(view: View, name: str, result: Result, within: timedelta) -> dict[str, object]:
    over = len(result.made) - result.count("open")
    return {
        "account": view.account.title,
        "rules": name,
        "since": result.since,
        "until": result.until,
        "answered_within_days": within.days,
        "threads": result.threads,
        "drafts": len(result.made),
        "counted": over,
        "needless": result.count("answered"),
        "needless_between": interval(result.count("answered"), over),
        "own": result.count("own"),
        "silent": result.count("silent"),
        "open": result.count("open"),
        "silences": result.silences,
        "caught": result.caught,
        "caught_between": interval(result.caught, result.silences),
        "half_met_within_days": result.after,
        "topics": result.topics,
        "made": [asdict(m) for m in result.made],
    }
