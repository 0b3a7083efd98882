"""What does a command that only looks need at hand?

The config, and the stores of its accounts opened read-only, so that it never disturbs a running daemon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from followupd.cli.output import clean
from followupd.cli.tongue import later
from followupd.config import AccountConfig, Config, config_path, load_config
from followupd.errors import Problem, UserError
from followupd.store.index import Index
from followupd.store.ledger import Ledger
from followupd.store.paths import AccountPaths, account_paths

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Options:
    """What was said before the command's name."""

    config_file: Path | None = None
    verbose: int = 0
    _config: Config | None = field(default=None, repr=False)

    @property
    def path(self) -> Path:
        """The config file in use. Raises ConfigError when there is none."""
        return config_path(self.config_file)

    @property
    def has_config(self) -> bool:
        """Was the config read already?"""
        return self._config is not None

    @property
    def config(self) -> Config:
        """The config, read once. Raises ConfigError."""
        if self._config is None:
            self._config = load_config(self.path)
        return self._config


@dataclass(frozen=True)
class View:
    """One account's stores, for looking only."""

    account: AccountConfig
    paths: AccountPaths
    index: Index
    ledger: Ledger


@dataclass(frozen=True)
class Found:
    """A thread that was asked for, and the account it stands in."""

    view: View
    thread_id: str


def as_json(command: F) -> F:
    """The option every reading command has."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON, one object per line.")(command)


def paths_of(config: Config, account: AccountConfig) -> AccountPaths:
    """Where the state of an account lies."""
    return account_paths(account.title, config.state_root)


def of_account(command: F) -> F:
    """The option of commands that may be narrowed to one account."""
    return click.option("--account", "-a", "only", metavar="NAME", help="Only this account.")(command)


def accounts(config: Config, only: str | None = None) -> tuple[AccountConfig, ...]:
    """The accounts asked for: all, or the one of that name or address. Raises UserError when there is no such one."""
    if only is None:
        return config.accounts
    wanted = only.strip().lower()
    found = tuple(a for a in config.accounts if wanted in {a.title.lower(), a.address.lower()})
    if not found:
        names = ", ".join(a.title for a in config.accounts)
        raise UserError(Problem(only, later("is not an account of the config"), later("one of: {names}", names=names)))
    return found


@contextmanager
def views(config: Config, only: str | None = None) -> Iterator[list[View]]:
    """The accounts that have read anything yet. Raises UserError when none has, or a store cannot be read."""
    with ExitStack() as stack:
        yield [_view(config, account, stack) for account in _begun(config, only)]


def _begun(config: Config, only: str | None) -> list[AccountConfig]:
    begun = [a for a in accounts(config, only) if paths_of(config, a).index.exists()]
    if not begun:
        raise UserError(Problem("", later("nothing was read from the mailbox yet"), later("run `followupd once` or `followupd run`")))
    return begun


def _view(config: Config, account: AccountConfig, stack: ExitStack) -> View:
    paths = paths_of(config, account)
    index = stack.enter_context(closing(Index(paths.index, account.own(), read_only=True)))
    ledger = stack.enter_context(closing(Ledger(paths.ledger, read_only=True)))
    return View(account, paths, index, ledger)


MOST_NAMED = 5


def find(opened: list[View], said: str) -> Found:
    """The one thread whose id begins so, or the one with that buyer's address. Raises UserError naming candidates."""
    wanted = said.strip().lower()
    found = [Found(view, id) for view in opened for id in sorted(_matching(view, wanted))]
    if len(found) == 1:
        return found[0]
    if not found:
        what = later("no thread with this buyer") if "@" in wanted else later("no thread's id begins so")
        raise UserError(Problem(said, what, later("`followupd list threads` shows ids and buyers")))
    named = [_named(one) for one in found[:MOST_NAMED]] + (["..."] if len(found) > MOST_NAMED else [])
    raise UserError(Problem(said, later("{count} threads fit", count=len(found)), later("give one id: {ids}", ids="; ".join(named))))


def _matching(view: View, wanted: str) -> set[str]:
    if "@" in wanted:
        return view.index.threads_of_buyer(wanted)
    return set(view.index.resolve(wanted))


def _named(found: Found) -> str:
    thread = found.view.index.thread(found.thread_id)
    return f"{found.thread_id} {clean(thread.subject, 40)}" if thread else found.thread_id
