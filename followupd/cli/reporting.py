"""What became of the inquiries, told on one page? (report)"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from followupd import __version__
from followupd.cli.at_hand import Options, View, accounts, of_account, paths_of, views
from followupd.cli.output import counted, say, say_json
from followupd.cli.rules_at_hand import overlays_of
from followupd.cli.tongue import language_of
from followupd.config import AccountConfig
from followupd.deciding.rulebook import Rulebook
from followupd.errors import Problem, UserError
from followupd.files import replace_file
from followupd.judging.lessons import Correction
from followupd.judging.tables import JudgingRules
from followupd.judging.thread import judge_thread
from followupd.lab.case import Case, case_of
from followupd.lab.report import Covered, Report, Source, StageRule, report_of
from followupd.model import Judgement, Thread
from followupd.pages.words import Words
from followupd.rulesource import read_rules
from followupd.work.learn import corrections_among, lessons_of

NAME = "followupd-report.html"


@click.command("report")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Count only what began on that day or later; default: all.")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), help="Language of the page; default: your locale's.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), default=Path(NAME), show_default=True, help="- prints it.")
@click.option("--json", "json_", is_flag=True, help="Print the figures as JSON instead of writing a page.")
@of_account
@click.pass_obj
def report_command(options: Options, since: datetime | None, language: str | None, output: Path, json_: bool, only: str | None) -> None:
    """One page with pictures: from inquiry to order, silence, what follow-ups did, how fast we answer, countries, verdicts.

    Counted from what is indexed, without the mailbox. The page is one HTML file that loads nothing from anywhere.
    """
    if not json_:
        _check(output)
    report = _counted(options, only, since)
    if json_:
        say_json(report)
        return
    from followupd.pages.page import page

    tongue = language_of(language)
    html = page(report, tongue)
    if str(output) == "-":
        click.echo(html, nl=False)
        return
    replace_file(output, html.encode())
    _tell(output, report, Words(tongue))


def _tell(output: Path, report: Report, words: Words) -> None:
    """Where the page lies, and its findings."""
    from followupd.pages.findings import findings

    say(str(output.resolve()))
    if report.empty:
        say(words("nothing"))
        return
    for key, said in findings(report, words).items():
        say()
        say(words(key))
        say(textwrap.fill(said, 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))


def _check(output: Path) -> None:
    """Said before anything is counted. Raises UserError."""
    directory = output.resolve().parent
    if not directory.is_dir():
        raise UserError(Problem(str(output), f"there is no directory {directory}", "make it first, or give another -o"))


def _counted(options: Options, only: str | None, since: datetime | None) -> Report:
    """The report over the accounts asked for; those that have read nothing yet are told with zeros."""
    overlays = overlays_of(options)
    source = read_rules(*overlays)
    book, judging = Rulebook.build(source), JudgingRules.build(source)
    asked = accounts(options.config, only)
    begun = [a for a in asked if paths_of(options.config, a).index.exists()]
    zone = asked[0].identity().timezone
    begin = since.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if since else None
    cases: list[Case] = []
    corrections: list[Correction] = []
    covered: list[Covered] = []
    if begun:
        with views(options.config, only) as opened:
            for view in opened:
                mine = list(counted(_cases(view, book, judging), view.account.title, view.index.counts()[1]))
                cases += mine
                corrections += lessons_of(corrections_among(view.ledger.words()), view.index, judging, view.account.own()).heard
                covered.append(_covered(view, mine))
    covered += [_unread(a) for a in asked if a not in begun]
    told = Source(
        made=datetime.now(UTC), timezone=zone, since=begin, covered=tuple(covered), version=__version__, rules=source.digest, own_rules=bool(overlays)
    )
    topics = tuple((t.id, t.rule.en, t.rule.zh) for t in book.topics)
    return report_of(cases, corrections, told, _stages(book), topics, book.limits.office_hours)


def _stages(book: Rulebook) -> list[StageRule]:
    days = {id: tuple(span.amount for span in stage.rule.silence if span.unit == "bd") for id, stage in book.stages.items()}
    return [StageRule(id, stage.rule.en, stage.rule.zh, days[id]) for id, stage in book.stages.items()]


def _cases(view: View, book: Rulebook, judging: JudgingRules) -> Iterator[Case]:
    """All threads of an account that something is known of."""
    identity = view.account.identity()
    office = book.office(identity)
    until = _looked_at(view) or datetime.now(UTC)
    for row in view.index.rows():
        thread = view.index.thread(row.id) if row.facts else None
        if thread is None or row.facts is None:
            continue
        judged = _judged(view, thread, judging)
        known = view.ledger.view(thread)
        business = lru_cache(maxsize=None)(book.calendar(row.facts.buyer, identity).is_business)
        yield case_of(
            thread, row.facts, judged, judging, words=known.words, drafts=known.drafts, business=business, office=office, until=until
        )


def _judged(view: View, thread: Thread, judging: JudgingRules) -> dict[str, Judgement]:
    """What was judged of its mails; what is missing is judged now."""
    judged = view.index.judgements(thread)
    if any(m.id not in judged for m in thread.messages):
        judge_thread(thread, judging, view.account.own(), frozenset(), judged)
    return judged


def _looked_at(view: View) -> datetime | None:
    return max((c.seen_at for c in view.index.cursors().values() if c.seen_at), default=None)


def _covered(view: View, cases: Sequence[Case]) -> Covered:
    mails, threads = view.index.counts()
    dates = [m.date for c in cases for m in (c.thread.messages[0], c.thread.messages[-1])]
    return Covered(
        account=view.account.title, first=min(dates, default=None), last=max(dates, default=None), mails=mails, threads=threads,
        looked_at=_looked_at(view),
    )  # fmt: skip


def _unread(account: AccountConfig) -> Covered:
    return Covered(account=account.title, first=None, last=None, mails=0, threads=0, looked_at=None)
