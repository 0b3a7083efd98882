"""How is the daemon started? (run, once)"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from followupd.cli.at_hand import Options, accounts, as_json, of_account, views
from followupd.cli.output import clean, complain_of, folded, overwrite, say, say_json, table, tell, worst
from followupd.cli.terms import detail_text, done
from followupd.cli.tongue import colon, later, said
from followupd.errors import ConfigError, FollowupdError, Problem, UserError

if TYPE_CHECKING:
    from followupd.config import AccountConfig, Config
    from followupd.model import Draft
    from followupd.turn import TurnReport
    from followupd.work.desk import Progress

PRIORITY = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
"""Level > priority of syslog, which journald reads from ``<6>`` at the beginning of a line (sd-daemon(3))."""


class OneLine(logging.Formatter):
    """One printable line per record, tracebacks and hostile names included; with its priority under journald."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = clean(super().format(record).replace("\n", " | "), 8000)
        return f"<{PRIORITY.get(record.levelno, 5)}>{line}" if os.environ.get("JOURNAL_STREAM") else line


def set_up_logging(level: str, verbose: int) -> None:
    """Log to standard error with every known secret struck out; ``-v`` tells more of us, ``-vv`` of libraries too."""
    from followupd.secrets import guard_logging

    stamp = "" if os.environ.get("JOURNAL_STREAM") else "%(asctime)s "
    handler = logging.StreamHandler()
    handler.setFormatter(OneLine(f"{stamp}%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if verbose > 1 else logging.WARNING)
    logging.getLogger("followupd").setLevel("DEBUG" if verbose else level.upper())
    guard_logging()


@click.command("run")
@click.pass_obj
def run_command(options: Options) -> int:
    """Watch all accounts in the foreground until SIGTERM or Ctrl-C."""
    config = options.config
    set_up_logging(config.log_level, options.verbose)
    from followupd import daemon

    _leave(daemon.run(config, options.path))
    return 0


def _leave(code: int) -> None:
    """End the process now: everything is closed, and to take the interpreter apart costs seconds on a busy machine."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)


@click.command("once")
@click.option("--dry-run", is_flag=True, help="Look and decide, but write nothing to the mailbox.")
@click.option("--digest", is_flag=True, help="Send the digest at once, whatever the hour.")
@as_json
@of_account
@click.pass_obj
def once_command(options: Options, dry_run: bool, digest: bool, json_: bool, only: str | None) -> int:
    """Read what is new in every account, decide, place drafts, and stop."""
    config = options.config
    chosen = accounts(config, only)
    set_up_logging("warning" if sys.stderr.isatty() else config.log_level, options.verbose)
    codes = []
    if digest and (silent := [a.title for a in chosen if a.smtp is None]):
        raise UserError(Problem(", ".join(silent), later("there is no smtp in the config, so nothing can be sent"), later("`followupd digest` shows it")))
    for account in chosen:
        try:
            for report in _one(config, account, dry_run=dry_run, digest=digest):
                say_json(_plain(report)) if json_ else _show(report, _names(config, account), dry_run)
        except ConfigError:
            raise  # rules are wrong for all accounts alike: said once
        except FollowupdError as error:
            codes.append(complain_of(error))
    return worst(codes)


def _one(config: Config, account: AccountConfig, *, dry_run: bool, digest: bool) -> tuple[TurnReport, ...]:
    """Each account by itself: one that refuses the login must not keep the others from being read."""
    from followupd import daemon

    alone = config.model_copy(update={"accounts": (account,)})
    return daemon.once(alone, dry_run=dry_run, digest=digest, on_progress=told_how_far if sys.stderr.isatty() else None)


def told_how_far(account: str, progress: Progress) -> None:
    """One line that overwrites itself, for the person who waits; the last one stays."""
    overwrite(f"{account}{colon()}{progress.folder} {progress.done}/{progress.total}", stays=progress.done >= progress.total)


def _plain(report: TurnReport) -> dict[str, object]:
    names = ("account", "at", "read", "skipped", "judged", "decided", "drafted", "withdrawn", "refused", "alarms")
    figures: dict[str, object] = {name: getattr(report, name) for name in names}
    decisions = [{"decision": d, "body": draft.body if draft else None} for _, d, draft in report.decisions]
    return {**figures, "decisions": decisions}


def _show(report: TurnReport, names: dict[str, str], dry_run: bool) -> None:
    dry = said(" (dry run: nothing was written to the mailbox)") if dry_run else ""
    tell(f"{report.account}{colon()}{_summary(report)}{dry}")
    rows = [(id, names.get(id, ""), done(d), detail_text(d.detail)) for id, d, _ in sorted(report.decisions, key=lambda one: one[2] is None)]
    table(said("What it decided"), ("thread", "buyer", "what", "why"), rows, fixed=("thread",))
    for id, _, draft in report.decisions:
        if draft:
            say("\n".join(_draft_lines(id, draft)))


def _summary(report: TurnReport) -> str:
    """The figures of a turn; the log has them in English."""
    return said(
        "{read} new, {skipped} skipped, {judged} judged, {decided} decided, {drafted} drafted, {withdrawn} withdrawn, {alarms} alarms",
        read=report.read, skipped=report.skipped, judged=report.judged, decided=report.decided, drafted=report.drafted, withdrawn=report.withdrawn,
        alarms=report.alarms,
    )  # fmt: skip


def _names(config: Config, account: AccountConfig) -> dict[str, str]:
    """Thread > who the buyer is, as the index knows it after the turn; an index that cannot be read costs the names only."""
    with suppress(FollowupdError), views(config, account.title) as seen:
        known = [(row.id, row.facts.buyer) for row in seen[0].index.rows() if row.facts is not None]
        return {id: buyer.name or buyer.address.name or buyer.address.email for id, buyer in known}
    return {}


def _draft_lines(thread_id: str, draft: Draft) -> Iterator[str]:
    """To whom, about what, and all of it but what stands quoted below."""
    yield ""
    to = ", ".join(a.email for a in draft.to)
    yield from folded(said("Draft in {thread} to {buyer}: {subject}", thread=thread_id, buyer=to, subject=draft.subject), rest="  ")
    for line in draft.body.strip().splitlines():
        yield from folded(line, "  | ", "  | ")
