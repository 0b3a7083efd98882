"""What is wrong, and how is it mended? (doctor)

Everything that ``check`` looks at before the start, and what only shows while followupd runs: service, daemon, stores, queues,
clock. Nothing is mended by itself: each finding names the command or the click.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import click

from followupd.cli.at_hand import Options, accounts, as_json, of_account
from followupd.cli.checking import Finding, Step, halves, looked, steps
from followupd.cli.doctor_account import clock_and_folders, of_state
from followupd.cli.doctor_host import config_file, disk, python_version, service, time_kept, unread_rules
from followupd.cli.output import say, say_json, table, worst
from followupd.cli.tongue import both, later, marked, said, shown
from followupd.config import AccountConfig, Config
from followupd.errors import FollowupdError

OF_SERVERS = frozenset({"mailbox", "smtp"})
MENDS = {
    "IDLE": marked("this server does not offer it; a shorter poll: in the config makes up for it"),
    "keywords": marked("this server keeps none; the digest tells the verdicts"),
    "smtp": marked("add smtp: to the account in the config"),
}
"""What mends what ``check`` only names."""
NOTHING = frozenset({"TLS", "UIDPLUS", "CONDSTORE"})
"""What ``check`` warns of and nobody can mend: it is in order as it is."""
MARKS = {"fail": "FAIL", "warn": "warn", "ok": "ok"}


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Leave the mail servers alone.")
@click.option("--all", "everything", is_flag=True, help="Show what is in order, too.")
@as_json
@of_account
@click.pass_obj
def doctor_command(options: Options, offline: bool, everything: bool, json_: bool, only: str | None) -> int:
    """Say what is wrong and what mends it, one line each: service, daemon, stores, clock, disk, servers, rules.

    The daemon may run on. Exit code 0 when nothing fails; warnings fail nothing.
    """
    now = datetime.now(UTC)
    try:
        config = options.config
    except FollowupdError as error:
        findings, codes = looked([], [("", "python", partial(python_version, now)), ("", "config", partial(_raise, error))])
    else:
        taken = _steps(config, accounts(config, only), now, offline=offline)
        findings, codes = looked([Finding("", "config", "ok", str(options.path))], taken)
    found = [_with_mend(f) for f in findings if not _is_daemon(f)]
    if json_:
        for finding in found:
            say_json(finding)
    else:
        _show(found, everything=everything)
    return worst(codes)


def _raise(error: FollowupdError) -> Iterator[tuple[str, str, str]]:
    raise error
    yield  # makes it a look like the others


def _steps(config: Config, chosen: tuple[AccountConfig, ...], now: datetime, *, offline: bool) -> Iterator[Step]:
    yield "", "python", partial(python_version, now)
    yield "", "config file", partial(config_file, config)
    yield "", "own rules", partial(unread_rules, config)
    yield "", "service", partial(service, config)
    yield "", "clock", time_kept
    yield "", "disk", partial(disk, config, chosen)
    for account, what, look in steps(config, chosen, partial(clock_and_folders, now=now)):
        if not (offline and what in OF_SERVERS):
            yield account, what, look
    for one in chosen:
        yield from of_state(config, one, now)


def _is_daemon(finding: Finding) -> bool:
    """``check`` warns of a running daemon because it asks before the start; here it is as it should be."""
    return finding.what == "state" and finding.verdict == "warn"


def _with_mend(finding: Finding) -> Finding:
    """What is wrong apart from what mends it."""
    if finding.verdict == "warn" and finding.what in NOTHING:
        return replace(finding, verdict="ok")
    if finding.verdict == "ok":
        return finding
    detail, mend = finding.detail, finding.mend
    if mend:
        detail = both(detail.removesuffix(f" ({mend})"), shown(detail).removesuffix(f"（{shown(mend)}）"))
    elif finding.what in MENDS:
        mend = later(MENDS[finding.what])
    else:
        detail, mend = halves(detail)
    return replace(finding, detail=detail, mend=mend)


def _show(found: list[Finding], *, everything: bool) -> None:
    wrong = [f for f in found if f.verdict != "ok"]
    told = sorted(found if everything else wrong, key=lambda f: list(MARKS).index(f.verdict))
    rows = [(later(MARKS[f.verdict]), f.account, f.what, f.detail, f.mend) for f in told]
    if rows:
        table(said("Doctor"), ("", "account", "what", "found", "what mends it"), rows, fixed=("",))
    fails = sum(f.verdict == "fail" for f in found)
    counts = said("{fails} fail, {warnings} to think about, {fine} in order", fails=fails, warnings=len(wrong) - fails, fine=len(found) - len(wrong))
    say(counts + ("" if everything or not rows else said(" (--all shows them)")))
