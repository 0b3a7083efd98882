"""How is the daemon started? (run, once)"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import clean, complain, say, say_json, table

if TYPE_CHECKING:
    from followupd.turn import TurnReport
    from followupd.work.desk import Progress


def _log(options: Options) -> None:
    """Log to standard error at the configured level, with every known secret struck out."""
    from followupd.secrets import guard_logging

    level = "debug" if options.verbose else options.config.log_level
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s: %(message)s")
    guard_logging()


@click.command("run")
@click.pass_obj
def run_command(options: Options) -> int:
    """Watch all accounts in the foreground until SIGTERM or Ctrl-C."""
    config = options.config
    _log(options)
    from followupd import daemon

    return daemon.run(config, options.path)


@click.command("once")
@click.option("--dry-run", is_flag=True, help="Look and decide, but write nothing to the mailbox.")
@as_json
@click.pass_obj
def once_command(options: Options, dry_run: bool, json_: bool) -> None:
    """Read what is new in every account, decide, place drafts, and stop."""
    config = options.config
    _log(options)
    from followupd import daemon

    for report in daemon.once(config, dry_run=dry_run, on_progress=_progress):
        if json_:
            say_json(_plain(report))
        else:
            _show(report, dry_run)


def _progress(account: str, progress: Progress) -> None:
    complain(f"{account}: {progress.folder} {progress.done}/{progress.total}")


def _plain(report: TurnReport) -> dict[str, object]:
    names = ("account", "at", "read", "skipped", "judged", "decided", "drafted", "withdrawn", "refused", "alarms")
    figures: dict[str, object] = {name: getattr(report, name) for name in names}
    decisions = [{"decision": d, "body": draft.body if draft else None} for _, d, draft in report.decisions]
    return {**figures, "decisions": decisions}


def _show(report: TurnReport, dry_run: bool) -> None:
    say(f"{clean(report.account)}: {report.summary()}{' (dry run: nothing was written)' if dry_run else ''}")
    rows = [
        (id, d.action, d.reason.replace("_", " "), d.topic or "", draft.subject if draft else "")
        for id, d, draft in report.decisions
    ]
    table("Decisions", ("thread", "action", "why", "topic", "draft"), rows, fixed=("thread", "action"))
