"""Is everything ready for `run`, and if not, what is to do? (check)"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from followupd.cli.at_hand import Options, accounts, as_json, of_account
from followupd.cli.output import say_json, table, told_of, under_way, worst
from followupd.cli.tongue import both, later, marked, said, shown
from followupd.config import AccountConfig, Config
from followupd.errors import FollowupdError, Problem, UserError
from followupd.keys import Keys
from followupd.mailbox.base import Box, Mailbox
from followupd.rulesource import read_rules
from followupd.secrets import KINDS, resolve
from followupd.store.lock import running
from followupd.store.paths import prepare

if TYPE_CHECKING:
    from followupd.mailbox.imap import ImapMailbox

Told = tuple[str, str, str] | tuple[str, str, str, str]
"""What, verdict, detail; and, where it is told apart, what mends it."""
Look = Callable[[], Iterator[Told]]
LookInside = Callable[[Mailbox, AccountConfig], Iterator[Told]]
Step = tuple[str, str, Look]
"""Account (empty: of all), what is looked at, and the look."""

WORTH_HAVING = {
    "IDLE": marked("new mail is noticed within a second; without it every {poll}"),
    "UIDPLUS": marked("a placed draft is known by its number; without it Drafts is listed again"),
    "CONDSTORE": marked("changes are noticed cheaply; without it Drafts is listed anew"),
}
"""Capability > what it gives; none of them is needed."""
NEEDED = {
    Box.INBOX: marked("buyers' mail cannot be read"),
    Box.SENT: marked("quotes cannot be followed"),
    Box.DRAFTS: marked("no draft can be placed"),
    Box.TRASH: marked("a deleted draft is known only by its absence"),
}
"""Part > what is lost without that folder."""
EX_CONFIG = 78


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, ``ok``, ``warn`` or ``fail``, what was found or is to do, and the hint alone."""

    account: str
    what: str
    verdict: str
    detail: str
    mend: str = ""


@click.command("check")
@as_json
@of_account
@click.pass_obj
def check_command(options: Options, json_: bool, only: str | None) -> int:
    """Look at config, rules, state, password, login, capabilities, folders and SMTP. Exit code 0 when nothing fails."""
    config = options.config
    findings, codes = looked([Finding("", "config", "ok", str(options.path))], steps(config, accounts(config, only)))
    if json_:
        for finding in findings:
            say_json(finding)
    else:
        rows = [(f.account, f.what, later(f.verdict), f.detail) for f in findings]
        table(said("Check"), ("account", "what", "verdict", "found, or what to do"), rows, fixed=("verdict",))
    return worst(codes)


def looked(findings: list[Finding], wanted: Iterable[Step]) -> tuple[list[Finding], list[int]]:
    """Take all steps, one after the other; what went wrong in one is a finding too. Returns findings and exit codes."""
    codes: list[int] = []
    for account, what, look in wanted:
        under_way(said("looking at {account} {what} ...", account=account, what=what))
        try:
            for told in look():
                findings.append(Finding(account, *told))
                codes.extend([EX_CONFIG] if told[1] == "fail" else [])
        except FollowupdError as error:
            codes.append(error.exit_code)
            findings.extend(f for f in _failures(account, what, error) if not _known(f, findings))
    under_way("")
    return findings, codes


def _known(finding: Finding, before: list[Finding]) -> bool:
    """Has the same been said of this account before, by another step? (a password that cannot be had)"""
    return any((f.account, f.detail) == (finding.account, finding.detail) for f in before)


def _failures(account: str, what: str, error: FollowupdError) -> list[Finding]:
    problems = error.problems if isinstance(error, UserError) else (Problem("", str(error)),)
    return [Finding(account, what, "fail", both(str(problem), told_of(problem)), problem.hint) for problem in problems]


def steps(config: Config, chosen: tuple[AccountConfig, ...], *more: LookInside) -> Iterator[Step]:
    """What is looked at, in this order; ``more``: what else is to be looked at in a mailbox while it is open."""
    yield "", "rules", partial(_rules, config)
    for account in chosen:
        yield account.title, "state", partial(_state, config, account)
        yield account.title, "password", partial(_password, config, account)
        yield account.title, "mailbox", partial(_mailbox, config, account, *more)
        yield account.title, "smtp", partial(_smtp, config, account)


def halves(text: str) -> tuple[str, str]:
    """What stands before and after the last semicolon, in both languages; all of it and nothing where there is none."""
    first, sign, second = text.rpartition("; ")
    if not sign:
        return text, ""
    before, _, after = shown(text).rpartition("；")
    return both(first, before), both(second, after)


def _rules(config: Config) -> Iterator[Told]:
    from followupd.accounts import rules_in_force

    source = read_rules(*config.overlays)
    rules_in_force(source)
    count = sum(map(len, source.tables.values()))
    if config.overlays:
        yield "rules", "ok", later("{count} entries, yours from {place}", count=count, place=config.overlays[0])
    else:
        yield "rules", "ok", later("{count} entries", count=count)


def _state(config: Config, account: AccountConfig) -> Iterator[Told]:
    paths = prepare(account.title, config.state_root)
    yield "state", "ok", str(paths.root)
    if pid := running(paths.lock):
        yield "state", "warn", later("followupd already runs for this account (process {pid})", pid=pid)


def _password(config: Config, account: AccountConfig) -> Iterator[Told]:
    spec = account.imap.password
    if spec is None:
        Keys(config, account, read_rules(*config.overlays)).key(account.imap)
        yield "sign-in", "ok", later("an access token is at hand")
        return
    resolve(spec, f"password of {account.title}", config.path)
    if spec.plain is not None:
        yield "password", "warn", later("stands in the config; a command, file or credential is safer")
    elif spec.env:
        yield "password", "warn", later("from the environment ({name}), where other programs of yours can read it", name=spec.env)
    else:
        kind = next(kind for kind in KINDS if getattr(spec, kind))
        yield "password", "ok", later("from a {kind}", kind=kind)


def _mailbox(config: Config, account: AccountConfig, *more: LookInside) -> Iterator[Told]:
    from followupd.accounts import connected

    server = account.imap
    if server.security == "none":
        yield "TLS", "warn", later("{host}: not encrypted; fine only because it is this machine", host=server.host)
    with closing(connected(Keys(config, account, read_rules(*config.overlays)))) as mailbox:
        if server.security != "none":
            yield "TLS", "ok", later("{host}:{port}, certificate verified", host=server.host, port=server.port)
        yield "login", "ok", later("{user} at {provider}", user=server.username or account.address, provider=mailbox.provider.title)
        yield from _capabilities(mailbox, account)
        yield from _folders(mailbox)
        yield from _manners(mailbox, account)
        for look in more:
            yield from look(mailbox, account)


def _capabilities(mailbox: Mailbox, account: AccountConfig) -> Iterator[Told]:
    for name, gives in WORTH_HAVING.items():
        gain, loss = halves(later(gives, poll=f"{account.poll.total_seconds():g} s"))
        yield (name, "ok", gain) if name in mailbox.capabilities else (name, "warn", later("missing: {loss}", loss=loss))


def _folders(mailbox: Mailbox) -> Iterator[Told]:
    found = {folder.box: folder for folder in mailbox.folders()}
    for box, lost in NEEDED.items():
        if folder := found.get(box):
            yield f"folder {box}", "ok", later("{folder}: {count} mails", folder=folder.name, count=mailbox.state(folder).exists)
        else:
            verdict = "warn" if box is Box.TRASH else "fail"
            yield f"folder {box}", verdict, later("not found: {lost}; name it under folders.{box}", lost=later(lost), box=box)


def _manners(mailbox: ImapMailbox, account: AccountConfig) -> Iterator[Told]:
    """Drafts must take what we put there; keywords are worth having where the verdicts are to be seen."""
    found = {folder.box: folder for folder in mailbox.folders()}
    if account.drafts and (drafts := found.get(Box.DRAFTS)):
        writable, _ = mailbox.manners(drafts)
        detail = (
            later("{folder} can be written to", folder=drafts.name)
            if writable
            else later("{folder} is read-only: no draft can be placed", folder=drafts.name)
        )
        yield "drafts", "ok" if writable else "fail", detail
    if account.keywords and (inbox := found.get(Box.INBOX)):
        _, kept = mailbox.manners(inbox)
        yield "keywords", "ok" if kept else "warn", later("kept") if kept else later("not kept: verdicts do not show as tags")


def _smtp(config: Config, account: AccountConfig) -> Iterator[Told]:
    if account.smtp is None:
        yield "smtp", "warn", later("not configured: no digest and no alarms by mail")
        return
    from followupd.accounts import smtp_settings
    from followupd.notify.smtp import probe

    probe(
        smtp_settings(account, account.smtp),
        Keys(config, account, read_rules(*config.overlays)).key(account.smtp),
    )
    yield "smtp", "ok", later("{host}:{port} takes our login; nothing was sent", host=account.smtp.host, port=account.smtp.port)
