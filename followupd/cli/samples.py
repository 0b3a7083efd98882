"""Which samples are on their way, and did they arrive? (sample)

A sample that went out in a parcel is told by our own mail where that says so; whoever told the buyer by phone says it here. Your
word wins over what the mails tell.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from followupd.cli.at_hand import Options, View, as_json, find, of_account, views
from followupd.cli.output import clean, say, say_json, table
from followupd.cli.terms import stage_name, term
from followupd.cli.tongue import said
from followupd.cli.words import json_too, parse_until, say_of_thread
from followupd.dossier.samples import Sample, sample_of
from followupd.errors import Problem, UserError
from followupd.model import WordKind


@click.group("sample")
def sample_command() -> None:
    """Log a sample that was sent or delivered, or list them all."""


@sample_command.command("sent")
@click.argument("thread")
@click.option("--courier", default="", help="Who carries it: DHL, FedEx, SF ...")
@click.option("--tracking", default="", help="The number of the parcel.")
@click.option("--eta", default="", metavar="DAY", help="When it should arrive: 2026-12-04, or 6d from now.")
@of_account
@json_too
@click.pass_obj
def sent(options: Options, thread: str, courier: str, tracking: str, eta: str, only: str | None) -> None:
    """The sample is on its way; from its arrival on the buyer's silence is counted."""
    note = " ".join(filter(None, [courier.strip(), tracking.strip()]))
    if any(ord(c) < 32 for c in note):
        raise UserError(Problem(clean(note), "has characters that cannot be printed", "give the courier and the number"))
    with views(options.config, only) as opened:
        found = find(opened, thread)
        end = parse_until(eta, datetime.now().astimezone(), found.view.account.timezone) if eta else None
        say_of_thread(options.config, found, WordKind.STAGE, value="sample_sent", until=end, note=note)


@sample_command.command("delivered")
@click.argument("thread")
@of_account
@json_too
@click.pass_obj
def delivered(options: Options, thread: str, only: str | None) -> None:
    """The sample has arrived: the buyer's silence is counted from now on."""
    with views(options.config, only) as opened:
        say_of_thread(options.config, find(opened, thread), WordKind.STAGE, value="sample_delivered")


@sample_command.command("list")
@as_json
@of_account
@click.pass_obj
def listed(options: Options, json_: bool, only: str | None) -> None:
    """Samples asked for, on their way or delivered, with what is known of the parcel."""
    with views(options.config, only) as opened:
        for view in opened:
            found = _samples(view)
            if json_:
                for one in found:
                    say_json({"account": view.account.title, **one})
            elif found:
                rows = [(o["thread"], o["buyer"], stage_name(o["stage"]), o["parcel"], o["arrives"] or "-", term(o["told_by"])) for o in found]
                title = said("Samples of {account}", account=view.account.title)
                table(title, ("thread", "buyer", "stage", "parcel", "arrives", "told by"), rows, fixed=("thread",))
            else:
                say(said("{account}: no sample is pending, on its way or delivered", account=view.account.title))


def _samples(view: View) -> list[dict[str, Any]]:
    out = []
    for row in view.index.rows():
        thread = view.index.thread(row.id) if row.facts else None
        if row.facts is None or thread is None:
            continue
        if one := sample_of(thread, row.facts, view.ledger.view(thread).words, view.account.timezone):
            out.append(_shown(one))
    return out


def _shown(one: Sample) -> dict[str, Any]:
    arrives = one.arrives.isoformat() if one.arrives else ""
    return {
        "thread": one.thread, "buyer": one.buyer, "stage": one.stage, "parcel": clean(one.parcel, 60), "arrives": arrives,
        "told_by": one.told_by,
    }  # fmt: skip
