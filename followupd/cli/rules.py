"""Are the rules sound? (rules check; rules show and rules test are rooms of their own)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from followupd.cli.at_hand import Options, as_json
from followupd.cli.output import complain, say, say_json
from followupd.cli.rules_at_hand import overlays_of
from followupd.cli.rules_copying import copy_command, schema_command
from followupd.cli.rules_showing import show_command
from followupd.cli.rules_testing import test_command
from followupd.cli.tongue import said
from followupd.errors import ConfigError, Problem
from followupd.rulesource import RuleSource, read_rules, read_what_can_be


@click.group("rules")
def rules_command() -> None:
    """Check, show and test the rules in force: the shipped ones with your own laid over them."""


rules_command.add_command(show_command)
rules_command.add_command(copy_command)
rules_command.add_command(schema_command)
rules_command.add_command(test_command)


@rules_command.command("check")
@click.argument("directory", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@as_json
@click.pass_obj
def check_rules(options: Options, directory: Path | None, json_: bool) -> int:
    """Read and validate every rule, template and story; all problems at once, each with its file and line.

    DIR is a directory of your own rules; default: that of the config. With --json one object per problem, none where all is well.
    """
    overlays = overlays_of(options, directory)
    source, problems = read_what_can_be(*overlays)
    problems += [*_problems_in(source), *_problems_of_stories(overlays)]
    for table_name in unread(source):
        complain(said("warning: {file}: no such table is shipped, so nothing reads it", file=file_of(source, table_name)))
    if json_:
        for problem in problems:
            say_json(problem)
        return ConfigError.exit_code if problems else 0
    if problems:
        raise ConfigError(*problems)
    entries = sum(map(len, source.tables.values()))
    say(said("ok: {entries} entries in {tables} tables, {templates} templates", entries=entries, tables=len(source.tables), templates=len(source.texts)))
    return 0


def _problems_in(source: RuleSource) -> Iterator[Problem]:
    """What every room says of its tables, those of the mailbox included."""
    from followupd.accounts import rules_in_force
    from followupd.mailbox.folders import known_names
    from followupd.mailbox.providers import providers

    checks: tuple[Callable[[RuleSource], object], ...] = (rules_in_force, providers, known_names)
    for check in checks:
        try:
            check(source)
        except ConfigError as error:
            yield from error.problems


def _problems_of_stories(overlays: tuple[Path, ...]) -> Iterator[Problem]:
    from followupd.lab.story import read_stories

    try:
        read_stories(root / "tests" for root in overlays if (root / "tests").is_dir())
    except ConfigError as error:
        yield from error.problems


def unread(source: RuleSource) -> list[str]:
    """Tables of the user's own whose name looks like a slip: not shipped, nor a new member of a family (phrases/xx)."""
    shipped = read_rules().tables
    families = {name.rpartition("/")[0] for name in shipped if "/" in name}
    return sorted(t for t in source.tables if t not in {*shipped, "catalogue"} and t.rpartition("/")[0] not in families)


def file_of(source: RuleSource, table_name: str) -> str:
    """The file that speaks of a table."""
    entry = next(iter(source.tables[table_name].values()), None)
    return entry.files[-1][0].name if entry else table_name
