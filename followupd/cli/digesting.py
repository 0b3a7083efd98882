"""What would the morning's mail say right now? (digest)

Read from index and ledger, without the mailbox and beside a running daemon; nothing is written or sent. ``once --digest`` sends it.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click

from followupd.cli.at_hand import Options, View, as_json, of_account, views
from followupd.cli.output import clean, say, say_json
from followupd.cli.tongue import said
from followupd.config import Config
from followupd.deciding.asked import Settings
from followupd.mailbox.memory import MemoryMailbox, MemoryServer
from followupd.notify.digest import digest_mail
from followupd.rulesource import read_rules
from followupd.work.desk import Desk, RulesInForce
from followupd.work.digest import gather


@click.command("digest")
@as_json
@of_account
@click.pass_obj
def digest_command(options: Options, json_: bool, only: str | None) -> None:
    """Show the digest as it would stand now: new inquiries, what you owe, drafts that wait, offers that end. Nothing is sent.

    It comes by mail at digest.at of the config, in your time zone; `followupd once --digest` sends it at once.
    """
    from followupd.accounts import rules_in_force

    config, now = options.config, datetime.now(UTC)
    rules = rules_in_force(read_rules(*config.overlays))
    with views(config, only) as opened:
        for view in opened:
            desk = _desk(config, view, rules, now)
            found = gather(desk, now)
            if json_:
                say_json(found)
                continue
            mail = digest_mail(found, desk.owner, desk.identity, desk.language)
            text = mail.get_body(("plain",))
            assert text is not None
            say(clean(mail["Subject"]))
            say()
            say("\n".join(line for line in text.get_content().rstrip().splitlines() if not line.lstrip().startswith("<mid:")))
            if not any(row.decision for row in view.index.rows()):
                say()
                say(said("Nothing was decided yet, so neither drafts nor what you owe can be told: followupd once, or followupd run"))


def _desk(config: Config, view: View, rules: RulesInForce, now: datetime) -> Desk:
    """A desk to read at: its mailbox is an empty one, its stores are open for reading only."""
    account, identity = view.account, view.account.identity()
    installed = view.ledger.get("installed_at")
    return Desk(
        name=account.title, own=account.own(), identity=identity, lookback=account.lookback, mailbox=MemoryMailbox(MemoryServer()), folders=(),
        settings=Settings(identity, datetime.fromisoformat(installed) if installed else now, account.max_silence_age),
        ledger=view.ledger, index=view.index, outbox=None, rules=rules, owner=config.notify_to or account.address, language=config.digest.language,
        dry_run=True,
    )  # fmt: skip
