"""How are stages, topics, verdicts and reasons called by the person who reads them?

Their Chinese stands in the rules (the user's own before ours) and in the table of reasons; words of the program's own, as
verdicts and states are, stand in chinese/terms.py. In English each is shown by its id, which the YAML files and commands take.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import click

from followupd.cli.tongue import Sentence, both, chinese, later, said, shown
from followupd.deciding.reasons import text
from followupd.model import Action, Fit, Hit, Kind, Reason


def term(word: str) -> Sentence:
    """A verdict, a kind, a state: ``genuine`` is 真盘."""
    return later(str(word))


def stage_name(id: str, english: str = "") -> Sentence:
    """A stage by its id. ``english``: how it is written there instead of the id."""
    return _named("stages", id, english)


def topic_name(id: str | None, english: str = "") -> Sentence:
    """A topic by its id."""
    return _named("topics", id or "", english)


def reply_name(id: str, english: str = "") -> Sentence:
    """What a buyer's answer says, by the id of its type."""
    return _named("replies", id, english)


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


def action_name(action: Action) -> Sentence:
    """What was decided to do."""
    return both("none", said("nothing")) if action is Action.NONE else term(action)


def fit_name(fit: Fit) -> Sentence:
    """Are the goods ours?"""
    return both(fit.value.replace("_", " "), shown(later(fit.value)))


def _named(table: str, id: str, english: str) -> Sentence:
    return both(english or id, _of_rules(table, _overlays()).get(id, "") if id and chinese() else "")


def _overlays() -> tuple[Path, ...]:
    """The user's own rules, where a command has read a config."""
    from followupd.cli.at_hand import Options

    context = click.get_current_context(silent=True)
    known = context.find_object(Options) if context else None
    return known.config.overlays if known and known.has_config else ()


@cache
def _of_rules(table: str, overlays: tuple[Path, ...]) -> dict[str, str]:
    """Id > its Chinese in one table of rules; nothing of a file that cannot be read, which other commands tell."""
    from followupd.errors import FollowupdError
    from followupd.rulesource import read_shipped, take_file

    source = read_shipped(table)
    for root in overlays:
        try:
            if (own := root / f"{table}.yaml").is_file():
                take_file(source, own, own.name, str(own), shipped=False)
        except FollowupdError:
            continue
    return {id: str(entry.data.get("zh") or "") for id, entry in source.entries(table).items()}
