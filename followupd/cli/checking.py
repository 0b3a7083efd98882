"""Is everything ready for `run`, and if not, what is to do? (check)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import say_json, table
from followupd.config import AccountConfig, Config
from followupd.errors import FollowupdError, UserError
from followupd.mailbox.base import Box, Mailbox
from followupd.rulesource import read_rules
from followupd.secrets import resolve
from followupd.store.lock import running
from followupd.store.paths import prepare

Told = tuple[str, str, str]
"""What, verdict, detail."""
Look = Callable[[], Iterator[Told]]

WORTH_HAVING = {
    "IDLE": "new mail is noticed within a second; without it every {poll}",
    "UIDPLUS": "a placed draft is known by its number; without it Drafts is listed again",
    "CONDSTORE": "changes are noticed cheaply; without it Drafts is listed anew",
}
"""Capability > what it gives; none of them is needed."""
NEEDED = {
    Box.INBOX: "buyers' mail cannot be read",
    Box.SENT: "quotes cannot be followed",
    Box.DRAFTS: "no draft can be placed",
    Box.TRASH: "a deleted draft is known only by its absence",
}
"""Part > what is lost without that folder."""
EX_CONFIG = 78


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, ``ok``, ``warn`` or ``fail``, and what was found or is to do."""

    account: str
    what: str
    verdict: str
    detail: str


@click.command("check")
@as_json
@click.pass_obj
def check_command(options: Options, json_: bool) -> int:
    """Look at config, rules, state directory, login, capabilities and folders. Exit code 0 when nothing fails."""
    config = options.config
    findings: list[Finding] = [Finding("", "config", "ok", str(options.path))]
    code = 0
    for account, what, look in _steps(config):
        try:
            findings.extend(Finding(account, *told) for told in look())
        except FollowupdError as error:
            code = code or error.exit_code
            findings.extend(_failures(account, what, error))
    if any(f.verdict == "fail" for f in findings):
        code = code or EX_CONFIG
    if json_:
        for finding in findings:
            say_json(finding)
    else:
        rows = [(f.account, f.what, f.verdict, f.detail) for f in findings]
        table("Check", ("account", "what", "verdict", "found, or what to do"), rows, fixed=("verdict",))
    return code


def _failures(account: str, what: str, error: FollowupdError) -> list[Finding]:
    problems = error.problems if isinstance(error, UserError) else (str(error),)
    return [Finding(account, what, "fail", str(problem)) for problem in problems]


def _steps(config: Config) -> Iterator[tuple[str, str, Look]]:
    yield "", "rules", partial(_rules, config)
    for account in config.accounts:
        yield account.title, "state", partial(_state, config, account)
        yield account.title, "mailbox", partial(_mailbox, config, account)
        yield account.title, "smtp", partial(_smtp, config, account)


def _rules(config: Config) -> Iterator[Told]:
    from followupd.accounts import rules_in_force

    source = read_rules(*config.overlays)
    rules_in_force(source)
    own = f", yours from {config.overlays[0]}" if config.overlays else ""
    yield "rules", "ok", f"{sum(map(len, source.tables.values()))} entries{own}"


def _state(config: Config, account: AccountConfig) -> Iterator[Told]:
    paths = prepare(account.title, config.state_dir.expanduser() if config.state_dir else None)
    yield "state", "ok", str(paths.root)
    if pid := running(paths.lock):
        yield "state", "warn", f"followupd already runs for this account (process {pid})"


def _mailbox(config: Config, account: AccountConfig) -> Iterator[Told]:
    from followupd.accounts import imap_settings
    from followupd.mailbox.imap import ImapMailbox

    server = account.imap
    if server.security == "none":
        yield "TLS", "warn", f"{server.host}: not encrypted; fine only because it is this machine"
    secret = resolve(server.password, f"password of {account.title}", config.path)
    mailbox = ImapMailbox(imap_settings(account), secret, read_rules(*config.overlays))
    with closing(mailbox):
        mailbox.connect()
        if server.security != "none":
            yield "TLS", "ok", f"{server.host}:{server.port}, certificate verified"
        yield "login", "ok", f"{server.username or account.address} at {mailbox.provider.title}"
        yield from _capabilities(mailbox, account)
        yield from _folders(mailbox)


def _capabilities(mailbox: Mailbox, account: AccountConfig) -> Iterator[Told]:
    for name, gives in WORTH_HAVING.items():
        detail = gives.format(poll=f"{account.poll.total_seconds():g} s")
        yield name, "ok" if name in mailbox.capabilities else "warn", detail


def _folders(mailbox: Mailbox) -> Iterator[Told]:
    found = {folder.box: folder for folder in mailbox.folders()}
    for box, lost in NEEDED.items():
        if folder := found.get(box):
            yield f"folder {box}", "ok", f"{folder.name}: {mailbox.state(folder).exists} mails"
        else:
            verdict = "warn" if box is Box.TRASH else "fail"
            yield f"folder {box}", verdict, f"not found: {lost}; name it under folders.{box}"


def _smtp(config: Config, account: AccountConfig) -> Iterator[Told]:
    if account.smtp is None:
        yield "smtp", "warn", "not configured: no digest and no alarms by mail"
        return
    resolve(account.smtp.password, f"SMTP password of {account.title}", config.path)
    yield "smtp", "ok", f"{account.smtp.host}:{account.smtp.port}, password at hand; not tried"
