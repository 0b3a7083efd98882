"""Are the rules sound, and which of them are in force? (rules check, rules show, rules test)"""

from __future__ import annotations

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import clean, complain, say, say_json, table
from followupd.cli.rules_at_hand import rules_of
from followupd.cli.rules_testing import test_command
from followupd.errors import Problem, UserError
from followupd.rulesource import RuleSource, read_rules


@click.group("rules")
def rules_command() -> None:
    """Check, show and test the rules in force: the shipped ones with your own laid over them."""


rules_command.add_command(test_command)


@rules_command.command("check")
@click.pass_obj
def check_rules(options: Options) -> None:
    """Read and validate every rule; all problems at once, each with its file and line."""
    from followupd.accounts import rules_in_force

    source = rules_of(options)
    rules_in_force(source)
    for table_name in _unread(source):
        complain(f"warning: {_file_of(source, table_name)}: no such table is shipped, so nothing reads it")
    say(
        f"ok: {sum(map(len, source.tables.values()))} entries in {len(source.tables)} tables, "
        f"{len(source.texts)} templates"
    )


def _unread(source: RuleSource) -> list[str]:
    """Tables of the user's own whose name looks like a slip: not shipped, nor a new member of a family (phrases/xx)."""
    shipped = read_rules().tables
    families = {name.rpartition("/")[0] for name in shipped if "/" in name}
    return sorted(t for t in source.tables if t not in {*shipped, "catalogue"} and t.rpartition("/")[0] not in families)


def _file_of(source: RuleSource, table_name: str) -> str:
    entry = next(iter(source.tables[table_name].values()), None)
    return entry.files[-1][0].name if entry else table_name


@rules_command.command("show")
@click.argument("table_name", metavar="[TABLE]", required=False)
@as_json
@click.pass_obj
def show_rules(options: Options, table_name: str | None, json_: bool) -> None:
    """Show the tables, or the entries of one table with the file and line each comes from."""
    source = rules_of(options)
    if table_name is None:
        counts = [(name, len(source.entries(name))) for name in sorted(source.tables)]
        if json_:
            say_json(dict(counts))
        else:
            table("Rule tables", ("table", "entries"), counts)
        return
    if table_name not in source.tables:
        raise UserError(Problem(table_name, "is not a table of rules", "`followupd rules show` lists them"))
    for entry in source.entries(table_name).values():
        if json_:
            say_json({"id": entry.id, "origin": entry.origin, **entry.data})
        else:
            say(f"{clean(entry.id)} ({clean(entry.origin)})")
            for key, value in entry.data.items():
                say(f"  {clean(key)}: {clean(value)}")
