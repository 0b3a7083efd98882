"""Which folders take a dragged mail as the user's word, and are they there? (folders)"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

import click

from followupd.cli.at_hand import Options, accounts, as_json, of_account
from followupd.cli.output import clean, say, say_json, table
from followupd.cli.tongue import later, said
from followupd.config import AccountConfig, Config
from followupd.keys import Keys
from followupd.mailbox.base import Mailbox
from followupd.rulesource import read_rules
from followupd.work.desk import called

SAID = {
    "genuine": later("a genuine buyer"),
    "vague": later("a vague inquiry"),
    "not_a_buyer": later("not a buyer at all"),
    "fraud": later("a fraud"),
    "mute": later("no more drafts in this thread"),
    "send": later("send it in the buyer's next morning"),
}
"""Folder by its key in the config > what a mail dragged there says."""
STATES = {"there": later("there"), "made": later("made just now"), "missing": later("not there")}
"""How a folder stands, in JSON > as a person is told."""
NAMES = {
    "en": {
        "genuine": "Followup/Genuine", "vague": "Followup/Vague", "not_a_buyer": "Followup/Not a buyer", "fraud": "Followup/Fraud",
        "mute": "Followup/Mute",
    },
    "zh": {"genuine": "跟进/真实询盘", "vague": "跟进/泛泛询盘", "not_a_buyer": "跟进/不是买家", "fraud": "跟进/诈骗", "mute": "跟进/不再跟进"},
}  # fmt: skip
"""What ``init`` offers to make, by the user's language."""


@click.command("folders")
@click.option("--make", is_flag=True, help="Make those that are missing.")
@as_json
@of_account
@click.pass_obj
def folders_command(options: Options, make: bool, json_: bool, only: str | None) -> None:
    """The folders for corrections: drag a mail into one, and followupd takes it as your word and puts the mail back.

    Their names stand in the config under folders.corrections; an empty name switches one off.
    """
    for account in accounts(options.config, only):
        rows = _looked(options.config, account, make=make)
        if json_:
            for key, name, state in rows:
                say_json({"account": account.title, "key": key, "folder": name, "state": state, "says": SAID[key]})
        else:
            shown = [(clean(name, 60), SAID[key], STATES[state]) for key, name, state in rows]
            table(said("Folders of {account}", account=account.title), ("folder", "a mail in it says", "state"), shown, fixed=("state",))
            if any(state == "missing" for _, _, state in rows):
                say(said("Make them: followupd folders --make"))


def _looked(config: Config, account: AccountConfig, *, make: bool) -> list[tuple[str, str, str]]:
    """Key, name and state (there, made, missing) of each folder that the config names."""
    from followupd.accounts import connected

    with closing(connected(Keys(config, account, read_rules(*config.overlays)))) as mailbox:
        there = mailbox.folders()
        found = []
        for key, name in _wanted(account):
            stands = bool(called(there, name))
            if not stands and make:
                mailbox.make_folder(name)
            found.append((key, name, "there" if stands else "made" if make else "missing"))
        return found


def _wanted(account: AccountConfig) -> list[tuple[str, str]]:
    wanted = [(key, name) for key, name in account.folders.corrections.model_dump().items() if name]
    return [*wanted, ("send", account.send.folder)] if account.send.enabled else wanted


def make_all(mailbox: Mailbox, names: Iterable[str]) -> int:
    """Make the folders that are missing; how many there were."""
    there = mailbox.folders()
    missing = [name for name in names if not called(there, name)]
    for name in missing:
        mailbox.make_folder(name)
    return len(missing)
