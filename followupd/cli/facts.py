"""What do you know that no mail tells? (fact)

``facts.yaml`` beside the config, written by hand or by these commands; they add and take out whole entries and leave the rest of the
file, comments included, as it stands.
"""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import Any

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import clean, say, say_json, table
from followupd.cli.tongue import later, said
from followupd.errors import ConfigError, FollowupdError, Problem, UserError

KINDS = ("price", "freight", "fx", "slot", "shutdown", "event", "shipment", "sample")
MODELINE = "# What only you know: price changes, freight, slots, closings, events. Each counts from `since` to `until` only.\n"


@click.group("fact")
def fact_command() -> None:
    """What only you know: price changes, slots, closings, events. Follow-ups speak of it while it is true."""


@fact_command.command("add")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--id", "name", default="", help="A name for it; default: the kind and the day.")
@click.option("--since", default="", metavar="DAY", help="From when it is true; default: today.")
@click.option("--until", default="", metavar="DAY", help="The last day on which it is worth a mail.")
@click.option("--goods", default="", metavar="WORDS", help="Words of the goods it concerns, comma-separated; default: all.")
@click.option("--countries", default="", metavar="CODES", help="Countries it concerns, like DE,SA; default: all.")
@click.option("--source", default="", help="Where you have it from; for yourself only.")
@click.option("--what", default="", help='price, freight, fx: how a draft calls it: "the price of copper".')
@click.option("--cost", default="", help="price, freight, fx: the same for other languages: copper, raw_material, energy, labour, packaging ...")
@click.option("--old", default="", help="price, freight, fx: the figure before.")
@click.option("--new", default="", help="price, freight, fx: the figure now.")
@click.option("--confirm-by", default="", metavar="DAY", help="slot: orders confirmed by this day ...")
@click.option("--ready-by", default="", metavar="DAY", help="slot: ... are ready by this one.")
@click.option("--first", default="", metavar="DAY", help="shutdown: the first day closed.")
@click.option("--last", default="", metavar="DAY", help="shutdown: the last day closed.")
@click.option("--order-by", default="", metavar="DAY", help="shutdown: orders confirmed by this day are finished before.")
@click.option("--says", default="", help="event: the news in one English sentence.")
@click.option("--says-in", multiple=True, metavar="LANG=TEXT", help="event: the same in another language: de=...")
@click.option("--region", default="", help="shipment: where goods went, as a draft says it.")
@click.option("--fee", default="", help='sample: what one costs: "USD 40"; empty: free.')
@click.option("--refundable", is_flag=True, help="sample: the fee is paid back with the order.")
@click.pass_obj
def add(options: Options, /, kind: str, name: str, **given: Any) -> None:
    """Note a fact. Drafts speak of it from the next turn on."""
    path = _file(options)
    entry = _entry(kind, given)
    text = path.read_text(encoding="utf-8") if path.exists() else MODELINE
    known = _ids(path)
    name = name or _free_name(f"{kind}-{entry['since']}", known)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", name):
        raise UserError(Problem(clean(name), "is no name for a fact", "small letters, figures, - and _"))
    if name in known:
        raise UserError(Problem(name, "is already a fact", f"take it out first: followupd fact remove {name}"))
    try:
        _keep(path, f"{text.rstrip()}\n{name}:\n{_lines(entry)}")
    except ConfigError as error:
        raise _of_options(error, len(text.rstrip().splitlines())) from None
    say(said("{name} is noted in {path}; drafts may speak of it from {day} on.", name=name, path=path, day=entry["since"]))


@fact_command.command("remove")
@click.argument("name")
@click.pass_obj
def remove(options: Options, name: str) -> None:
    """Take a fact out; drafts that stand already stay yours."""
    from followupd.yamlfile import read_yaml

    path = _file(options)
    if name not in _ids(path):
        raise UserError(Problem(clean(name), "is not a fact", f"one of: {', '.join(_ids(path)) or 'there are none'}"))
    file = read_yaml(path)
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = file.lines[(name,)] - 1
    while not rows[first].startswith((name, f'"{name}', f"'{name}")):
        first -= 1
    last = first + 1
    while last < len(rows) and (not rows[last].strip() or rows[last][0] in " \t"):
        last += 1
    _keep(path, "".join(rows[:first] + rows[last:]))
    say(said("{name} is out.", name=name))


@fact_command.command("list")
@as_json
@click.pass_obj
def listed(options: Options, json_: bool) -> None:
    """All facts, and whether each is true today."""
    from followupd.deciding.userfacts import build_facts

    path = _file(options)
    today = date.today()  # noqa: DTZ011 - the user's own calendar day
    found = build_facts(_source(path)) if path.exists() else ()
    if json_:
        for fact in found:
            say_json({"id": fact.id, "holds": fact.holds(today), "origin": fact.origin, **fact.entry.model_dump(mode="json")})
        return
    if not found:
        say(said("No facts in {path} yet: followupd fact add --help", path=path))
        return
    rows = [(f.id, f.entry.kind, str(f.entry.since), str(f.entry.until or "-"), later("yes") if f.holds(today) else later("no")) for f in found]
    table(said("Facts"), ("id", "kind", "since", "until", "true today"), rows, fixed=("id",))


def _of_options(error: ConfigError, before: int) -> FollowupdError:
    """The same error in words of the command line, if it is about the new entry alone: the lines behind ``before``."""
    told = []
    for problem in error.problems:
        line, (field, sign, what) = problem.where.rpartition(":")[2], problem.what.partition(": ")
        if not line.isdigit() or int(line) <= before or not sign:
            return error
        option = "" if field == "(top)" else f"--{field.split('.')[0].replace('_', '-')}"
        told.append(Problem(option, what, "see followupd fact add --help"))
    return UserError(*told)


def _file(options: Options) -> Path:
    path = options.config.facts_file()
    assert path is not None
    return path


def _source(path: Path) -> Any:
    from followupd.rulesource import read_rules

    return read_rules(path)


def _ids(path: Path) -> tuple[str, ...]:
    from followupd.yamlfile import read_yaml

    if not path.exists():
        return ()
    data = read_yaml(path).data
    return tuple(str(key) for key in data) if isinstance(data, dict) else ()


def _free_name(name: str, known: tuple[str, ...]) -> str:
    return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 1000))) if n not in known)


def _entry(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, as the file holds them."""
    entry: dict[str, Any] = {"kind": kind, "since": given.pop("since") or date.today().isoformat()}  # noqa: DTZ011 - see listed
    says, others = given.pop("says"), given.pop("says_in")
    for key in ("goods", "countries"):
        if words := [w.strip() for w in given.pop(key).split(",") if w.strip()]:
            entry[key] = words
    if says or others:
        entry["says"] = {"en": says} if says else {}
        for pair in others:
            language, sign, text = pair.partition("=")
            if not sign or not text.strip():
                raise UserError(Problem(clean(pair), "is no translation", "write it as de=Der Satz auf Deutsch."))
            entry["says"][language.strip()] = text.strip()
    return entry | {key: value for key, value in given.items() if value}


def _lines(entry: dict[str, Any]) -> str:
    """An entry as YAML, indented below its name."""
    import yaml

    text: str = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=120)
    text = re.sub(r"(?m)^(\w+): '(\d{4}-\d\d-\d\d)'$", r"\1: \2", text)
    return "".join(f"  {line}\n" for line in text.splitlines())


def _keep(path: Path, text: str) -> None:
    """Write the file if all of it is sound; a running daemon watches it. Raises ConfigError, and nothing has changed."""
    from followupd.deciding.userfacts import build_facts
    from followupd.files import replace_file

    trial = path.with_name(f"facts.trial-{os.getpid()}.yaml")
    try:
        replace_file(trial, text.encode())
        build_facts(_source(trial))
    except ConfigError as error:
        raise ConfigError(*(Problem(p.where.replace(trial.name, path.name), p.what, p.hint) for p in error.problems)) from None
    finally:
        trial.unlink(missing_ok=True)
    replace_file(path, text.encode())
