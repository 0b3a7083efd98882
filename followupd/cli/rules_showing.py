"""Which rules are in force, and whose word is each of them? (rules show)

What is printed is YAML again: an entry can be copied into a file of one's own and changed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import yaml

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import say, say_json, table
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.tongue import said
from followupd.errors import Problem, UserError
from followupd.rulesource import Entry, RuleSource

WIDE = 100
"""A longer value stands alone; where it comes from is then told in the line above."""
MARGIN = 48
TEMPLATES = "templates/"


@click.command("show")
@click.argument("name", metavar="[TABLE", required=False)
@click.argument("id", metavar="[ID]]", required=False)
@click.option(
    "--rules", "directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR",
    help="Your rules; default: those of the config.",
)  # fmt: skip
@as_json
@click.pass_obj
def show_command(options: Options, name: str | None, id: str | None, directory: Path | None, json_: bool) -> None:
    """Show the rules in force as YAML, each key with the file and line whose word holds.

    Without TABLE: which tables there are. TABLE may also be a template, like templates/en/close_out.j2.
    """
    source = rules_of(options, directory)
    if name is None:
        _tables(source, json_=json_)
    elif name in source.texts:
        _template(source, name, json_=json_)
    else:
        entries = list(_wanted(source, name, id))
        for entry in entries:
            say_json(_plain(entry)) if json_ else _entry(entry)


def _wanted(source: RuleSource, name: str, id: str | None) -> Iterator[Entry]:
    """The entries asked for, those that are switched off included. Raises UserError when there are none."""
    if name not in source.tables:
        raise UserError(Problem(name, "is not a table of rules", "`followupd rules show` lists them"))
    entries = source.tables[name]
    if id is not None and id not in entries:
        raise UserError(Problem(id, f"is not in {name}", f"one of: {', '.join(entries)}"))
    yield from (entries[id],) if id is not None else entries.values()


def _tables(source: RuleSource, *, json_: bool) -> None:
    rows = [(name, len(held), sum(_is_yours(e) for e in held.values())) for name, held in sorted(source.tables.items())]
    templates = sum(1 for name in source.texts if name.startswith(TEMPLATES))
    own = sum(1 for name in source.texts if name.startswith(TEMPLATES) and not source.origins[name].startswith("rules/"))
    if json_:
        for name, entries, yours in rows:
            say_json({"table": name, "entries": entries, "yours": yours})
        say_json({"table": TEMPLATES, "entries": templates, "yours": own})
        return
    table(said("Rule tables"), ("table", "entries", "yours"), [*rows, (TEMPLATES, templates, own)], fixed=("table",))


def _is_yours(entry: Entry) -> bool:
    return not entry.files[-1][0].name.startswith("rules/")


def _plain(entry: Entry) -> dict[str, object]:
    origins = {key: entry.origin_of(key) for key in entry.data}
    return {"id": entry.id, "origin": entry.origin, "origins": origins, **entry.data}


def _template(source: RuleSource, name: str, *, json_: bool) -> None:
    if json_:
        say_json({"id": name, "origin": source.origins[name], "text": source.texts[name]})
        return
    say(f"{{# {source.origins[name]} #}}")
    say(source.texts[name].rstrip("\n"))


def _entry(entry: Entry) -> None:
    """One entry as YAML, the origin of every key beside it."""
    say(f"{_flow(entry.id)}:" if entry.data else f"{_flow(entry.id)}: {{}}")
    for key, value in entry.data.items():
        if isinstance(value, str) and _is_block(value):
            say(f"  # {_origin(entry, key)}\n  {_flow(key)}: |")
            for row in value.rstrip("\n").split("\n"):
                say(f"    {row}" if row else "")
            continue
        line, origin = f"  {_flow(key)}: {_flow(value)}", _origin(entry, key)
        if len(line) > WIDE:
            say(f"  # {origin}")
            say(line)
        else:
            say(f"{line:<{MARGIN}}  # {origin}")


def _is_block(value: str) -> bool:
    """Lines of text, such as examples, that stand as they were written below ``|``."""
    return value.endswith("\n") and not value.endswith("\n\n") and not value.startswith((" ", "\n")) and all(c.isprintable() or c == "\n" for c in value)


def _origin(entry: Entry, key: str) -> str:
    """Where the value stands; a word of the user's own is marked, and says over what it lies."""
    origin = entry.origin_of(key)
    below = [file.where((*path, key)) for file, path in entry.files if (*path, key) in file.lines][:-1]
    if origin.startswith("rules/"):
        return origin
    return said("yours: {place} instead of {other}", place=origin, other=below[-1]) if below else said("yours: {place}", place=origin)


def _flow(value: object) -> str:
    """A value in one line of YAML."""
    line = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1_000_000, sort_keys=False)
    return line.removesuffix("\n").removesuffix("\n...")
