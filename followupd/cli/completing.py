"""How does the shell complete what is typed? (completion)

click writes the script for the shell; what it completes beside commands and options stands here: accounts, threads, buyers,
stages, topics. Pressing Tab must never wait, print or fail: little is read, and whatever goes wrong completes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, get_completion_class

from followupd.cli.output import clean, say

PROGRAM = "followupd"
SHELLS = ("bash", "zsh", "fish")
MOST = 50
"""More to choose from is no help."""
SAFE = re.compile(r"\w[\w@.+/-]*")
"""What a shell takes as one word and runs nothing for: a stranger's address may read ``$(reboot)@example.com``."""
WAIT = 0.3
"""Seconds that a busy index is waited for."""
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@click.command("completion")
@click.argument("shell", type=click.Choice(SHELLS))
def completion_command(shell: str) -> None:
    """Print the completion script for a shell.

    \b
    bash:  followupd completion bash > ~/.local/share/bash-completion/completions/followupd
    zsh:   followupd completion zsh > "${fpath[1]}/_followupd"
    fish:  followupd completion fish > ~/.config/fish/completions/followupd.fish
    """  # noqa: D301 - click reads the backslash b itself
    from followupd.cli.main import COMPLETING, cli

    made = get_completion_class(shell)
    assert made is not None
    if made is BashComplete:
        made = _Bash
    say(made(cli, {}, PROGRAM, COMPLETING).source().strip())


class _Bash(BashComplete):
    """click asks the bash in PATH for its version before it writes; a script may be written for another machine."""

    @staticmethod
    def _check_version() -> None:
        return


def silent(look: Callable[[click.Context, str], Iterator[tuple[str, str]]]) -> Complete:
    """A completion that begins with what was typed, is short, and keeps quiet about faults."""

    def complete(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        found: dict[str, str] = {}
        with suppress(Exception):
            for value, help_ in look(ctx, typed):
                if value.lower().startswith(typed.lower()) and SAFE.fullmatch(value):
                    found.setdefault(value, clean(help_, 60).replace(":", " "))
                if len(found) >= MOST:
                    break
        return [CompletionItem(value, help=help_ or None) for value, help_ in found.items()]

    return complete


def _config(ctx: click.Context) -> Any:
    """The config that the words before this one name."""
    from followupd.config import config_path, load_config

    given = ctx.find_root().params.get("config")
    return load_config(config_path(Path(given).expanduser() if given else None))


@silent
def account_names(ctx: click.Context, _: str) -> Iterator[tuple[str, str]]:
    """The accounts of the config."""
    for account in _config(ctx).accounts:
        yield account.title, account.address


def _ask(ctx: click.Context, query: str, values: tuple[object, ...]) -> Iterator[tuple[str, str]]:
    """Rows of every account's index, read-only and without waiting."""
    from followupd.store.paths import account_paths

    config = _config(ctx)
    for account in config.accounts:
        path = account_paths(account.title, config.state_root).index
        if not path.exists():
            continue
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=WAIT)) as db:
            yield from db.execute(query, values)


@silent
def threads(ctx: click.Context, typed: str) -> Iterator[tuple[str, str]]:
    """Thread ids, those that moved last first; buyers' addresses once letters beyond an id were typed."""
    query = "SELECT id, buyer FROM threads WHERE id >= ? AND id < ? ORDER BY last_at DESC LIMIT ?"
    if typed:
        yield from _ask(ctx, query, (typed.lower(), typed.lower() + "\x7f", MOST))
        yield from _buyers(ctx, typed)
    else:
        yield from _ask(ctx, "SELECT id, buyer FROM threads ORDER BY last_at DESC LIMIT ?", (MOST,))


def _buyers(ctx: click.Context, typed: str) -> Iterator[tuple[str, str]]:
    query = "SELECT buyer, max(stage) FROM threads WHERE buyer >= ? AND buyer < ? GROUP BY buyer ORDER BY buyer LIMIT ?"
    return _ask(ctx, query, (typed.lower(), typed.lower() + "\x7f", MOST))


def _rule_ids(ctx: click.Context, table: str) -> Iterator[tuple[str, str]]:
    """Ids of a rule table, the user's own included; the shipped ones alone where there is no config."""
    from followupd.rulesource import read_shipped
    from followupd.yamlfile import read_yaml

    for id in read_shipped(table).entries(table):
        yield id, ""
    for root in _config(ctx).overlays:
        own = root / f"{table}.yaml"
        if own.is_file() and isinstance(data := read_yaml(own).data, dict):
            yield from ((str(id), "yours") for id in data)


@silent
def stages(ctx: click.Context, _: str) -> Iterator[tuple[str, str]]:
    """Stages that a thread can be in."""
    yield from _rule_ids(ctx, "stages")


@silent
def rule_tables(_: click.Context, __: str) -> Iterator[tuple[str, str]]:
    """Tables of rules, and templates by their path."""
    from followupd.rulesource import shipped_rules

    root = shipped_rules()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.suffix in {".yaml", ".j2"} and not name.startswith(("tests/", "schema/")):
            yield name.removesuffix(".yaml"), ""


@silent
def rule_entries(ctx: click.Context, _: str) -> Iterator[tuple[str, str]]:
    """Ids of the table that was named before: topics, stages, signals ..."""
    yield from _rule_ids(ctx, str(ctx.params.get("name") or ""))


@silent
def facts(ctx: click.Context, _: str) -> Iterator[tuple[str, str]]:
    """Names of the user's own facts."""
    from followupd.yamlfile import read_yaml

    data = read_yaml(_config(ctx).facts_file()).data
    yield from ((str(id), "") for id in data or ())


BY_NAME: dict[str, Complete] = {"thread": threads, "target": threads, "buyer": threads, "only": account_names, "account": account_names}
"""What completes a parameter of that name, in whatever command."""
BY_COMMAND: dict[tuple[str, str], Complete] = {
    ("show", "what"): threads,
    ("stage", "stage"): stages,
    ("rules show", "name"): rule_tables,
    ("rules show", "id"): rule_entries,
    ("rules copy", "name"): rule_tables,
    ("rules copy", "ids"): rule_entries,
    ("fact remove", "name"): facts,
}


def fit(path: str, command: click.Command) -> click.Command:
    """Let the parameters of a command, and of all below it, be completed; returns the command."""
    for param in command.params:
        if complete := BY_COMMAND.get((path, param.name or ""), BY_NAME.get(param.name or "")):
            param.shell_complete = _bound(param, complete)  # type: ignore[method-assign, assignment]
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            fit(f"{path} {name}", below)
    return command


def _bound(param: click.Parameter, complete: Complete) -> Callable[[click.Context, str], list[CompletionItem]]:
    return lambda ctx, typed: complete(ctx, param, typed)
