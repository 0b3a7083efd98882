"""What does followupd say of recorded mail? (judge)

One JSON object per mail, in the order given. What cannot be read or judged is an object with an ``error``, so that every
item of the input has its line of the output.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from followupd.cli.at_hand import Options, accounts, of_account
from followupd.cli.output import clean, complain, counted, in_short, say, say_json, told_of
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.terms import reply_name, term
from followupd.cli.tongue import both, colon, said, shown
from followupd.errors import Problem
from followupd.model import Own

if TYPE_CHECKING:
    from followupd.judging.tables import JudgingRules
    from followupd.lab.inputs import Item

log = logging.getLogger(__name__)

DATA_ERROR = 65
Plain = dict[str, Any]


@click.command("judge")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILES...")
@click.option("--text", "as_text", is_flag=True, help="Print it for people instead of JSON.")
@click.option("--json", "json_", is_flag=True, help="Print JSON, one object per line (the default).")
@of_account
@click.pass_obj
def judge_command(options: Options, files: tuple[Path, ...], as_text: bool, json_: bool, only: str | None) -> int:
    """Judge recorded mail: .eml, mbox, Maildir and other directories, .jsonl of subject, text, from_domain and so on.

    Needs no account; with --account that account's own addresses count as ours. Exit code 65 when nothing could be judged.
    """
    from followupd.judging.tables import JudgingRules
    from followupd.lab.inputs import read_inputs

    own = accounts(options.config, only)[0].own() if only else Own(frozenset())
    rules = JudgingRules.build(rules_of(options))
    judged = 0
    told_to_terminal = sys.stdout.isatty()  # then what is printed itself shows how far it is
    items = read_inputs(files, own)
    for told in judge_items(items if told_to_terminal else counted(items, said("judging")), rules, own):
        judged += "error" not in told
        if as_text and not json_:
            _show(told)
        else:
            say_json(told)
        if "error" in told:
            complain(said("warning: {problem}", problem=told_of(Problem(told["where"], told["error"]))))
    return 0 if judged else DATA_ERROR


def judge_items(items: Iterator[Item], rules: JudgingRules, own: Own) -> Iterator[Plain]:
    """One object per item. Never raises for an item: the fault becomes its ``error``."""
    from followupd.lab.judge import as_object, judge_one

    for item in items:
        if item.message is None:
            yield _failed(item, item.problem.what if item.problem else "cannot be read")
            continue
        try:
            told = as_object(item.message, judge_one(item.message, rules, own), rules, id=item.id)
        except Exception as error:  # one mail must not stop the rest
            log.debug("%s cannot be judged", item.where, exc_info=True)
            yield _failed(item, f"cannot be judged: {type(error).__name__}: {error}")
            continue
        yield {**told, "where": item.where}


def _failed(item: Item, why: str) -> Plain:
    return {"id": item.id, "where": item.where, "error": why}


def _show(told: Plain) -> None:
    if "error" in told:
        return
    verdict = said(", {verdict} ({points} points)", verdict=term(told["verdict"]), points=f"{told['score']:+g}") if told["verdict"] else ""
    sentence = said(
        "{where}: {kind}{verdict}, risk {risk}, language {language}",
        where=clean(told["where"]), kind=term(told["kind"]), verdict=verdict, risk=term(told["risk"]), language=told["language"],
    )  # fmt: skip
    say(sentence)
    for name, value in told["terms"].items():
        say(f"  {shown(term(name))}{colon()}{clean(in_short(value))}")
    if told["reply_type"]:
        say("  " + said("as an answer it would mean: {answer}", answer=reply_name(clean(told["reply_type"]))))
    for reason in told["reasons"]:
        sign = clean(shown(both(reason["en"] or reason["signal"], reason["zh"])), 90)
        say(f"  {reason['points']:+5.1f}  " + said('{sign}: "{words}"', sign=sign, words=clean(reason["evidence"], 120)))
