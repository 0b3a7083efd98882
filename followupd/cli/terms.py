"""How are stages, topics, verdicts and reasons called by the person who reads them?

Their Chinese stands in the rules (the user's own before ours) and in the table of reasons; words of the program's own, as
verdicts and states are, stand in chinese/terms.py. In English each is shown by its id, which the YAML files and commands take.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import click

from followupd.cli.tongue import Sentence, both, chinese, later, said, shown
from followupd.deciding.reasons import text
from followupd.model import Action, Decision, Fit, Hit, Kind, Reason


def term(word: str) -> Sentence:
    """A verdict, a kind, a state: ``genuine`` is 真盘."""
    return later(str(word))


def stage_name(id: str, english: str = "") -> Sentence:
    """A stage by its id. ``english``: how it is written there instead of the id."""
    return named("stages", id, english)


def topic_name(id: str | None, english: str = "") -> Sentence:
    """A topic by its id."""
    return named("topics", id or "", english)


def reply_name(id: str, english: str = "") -> Sentence:
    """What a buyer's answer says, by the id of its type."""
    return named("replies", id, english)


def reason_name(reason: str) -> Sentence:
    """The reason of a decision, in short."""
    return both(reason.replace("_", " "), text(Reason(reason), "zh"))


def reason_text(reason: Reason) -> Sentence:
    """The reason of a decision, as a sentence."""
    return both(text(reason), text(reason, "zh"))


def hit_name(hit: Hit) -> Sentence:
    """What a signal says."""
    return both(hit.en or hit.signal, hit.zh)


def kind_name(kind: Kind) -> Sentence:
    """What kind of mail it is."""
    return both(kind.value.replace("_", " "), shown(term(kind)))


def detail_text(detail: str) -> Sentence:
    """The detail of a decision, with the figures that counted."""
    if not chinese() or not detail:
        return both(detail, "")
    from followupd.deciding.chinese import detail_zh

    return both(detail, detail_zh(detail, named_in_rules))


def named_in_rules(english: str) -> str | None:
    """The Chinese of a stage, topic, answer, sign or feast that is written in English, or by its id."""
    overlays = _overlays()
    return next((found for table in NAMING if (found := _by_english(table, overlays).get(english))), None)


def action_name(action: Action) -> Sentence:
    """What was decided to do."""
    return both("none", said("nothing")) if action is Action.NONE else term(action)


def done(decision: Decision) -> Sentence:
    """``draft: validity ending``, ``alarm: reply owed``, ``none: not due``."""
    of_topic = decision.topic if decision.action is Action.DRAFT else None
    about = topic_name(of_topic, of_topic.replace("_", " ")) if of_topic else reason_name(decision.reason)
    return later("{action}: {about}", action=both(decision.action.value, shown(action_name(decision.action))), about=about)


def fit_name(fit: Fit) -> Sentence:
    """Are the goods ours?"""
    return both(fit.value.replace("_", " "), shown(later(fit.value)))


NAMING = ("stages", "topics", "replies", "risk", "signals", "roles", "festivals")
"""Tables whose entries are named in the details of decisions."""


def named(table: str, id: str, english: str) -> Sentence:
    """An entry of a table of rules, by its id."""
    return both(english or id, _of_rules(table, _overlays()).get(id, "") if id and chinese() else "")


def _overlays() -> tuple[Path, ...]:
    """The user's own rules, where a command has read a config."""
    from followupd.cli.at_hand import Options

    context = click.get_current_context(silent=True)
    known = context.find_object(Options) if context else None
    return known.config.overlays if known and known.has_config else ()


@cache
def _by_english(table: str, overlays: tuple[Path, ...]) -> dict[str, str]:
    """English name, or id > Chinese name."""
    known: dict[str, str] = {}
    for id, data in _entries(table, overlays).items():
        if zh := str(data.get("zh") or ""):
            known |= dict.fromkeys((id, id.replace("_", " "), str(data.get("en") or id)), zh)
    return known


def _of_rules(table: str, overlays: tuple[Path, ...]) -> dict[str, str]:
    """Id > its Chinese in one table of rules."""
    return {id: str(data.get("zh") or "") for id, data in _entries(table, overlays).items()}


@cache
def _entries(table: str, overlays: tuple[Path, ...]) -> Mapping[str, Mapping[str, Any]]:
    """The entries of one table; nothing of a file that cannot be read, which other commands tell."""
    from followupd.errors import FollowupdError
    from followupd.rulesource import read_shipped, take_file

    source = read_shipped(table)
    for root in overlays:
        try:
            if (own := root / f"{table}.yaml").is_file():
                take_file(source, own, own.name, str(own), shipped=False)
        except FollowupdError:
            continue
    return {id: entry.data for id, entry in source.entries(table).items()}
