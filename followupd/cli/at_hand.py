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
    return account_paths(account.title, config.state_dir.expanduser() if config.state_dir else None)


@contextmanager
def views(config: Config) -> Iterator[list[View]]:
    """All accounts that have read anything yet. Raises UserError when none has, or a store cannot be read."""
    with ExitStack() as stack:
        yield [_view(config, account, stack) for account in _begun(config)]


def _begun(config: Config) -> list[AccountConfig]:
    begun = [a for a in config.accounts if paths_of(config, a).index.exists()]
    if not begun:
        raise UserError(Problem("", "nothing was read from the mailbox yet", "run `followupd once` or `followupd run`"))
    return begun


def _view(config: Config, account: AccountConfig, stack: ExitStack) -> View:
    paths = paths_of(config, account)
    index = stack.enter_context(closing(Index(paths.index, account.own(), read_only=True)))
    ledger = stack.enter_context(closing(Ledger(paths.ledger, read_only=True)))
    return View(account, paths, index, ledger)


def find(opened: list[View], prefix: str) -> Found:
    """The one thread whose id begins so. Raises UserError when there is none or more than one."""
    wanted = prefix.strip().lower()
    found = [Found(view, id) for view in opened for id in view.index.resolve(wanted)] if wanted else []
    if len(found) == 1:
        return found[0]
    if not found:
        raise UserError(Problem(prefix, "no thread's id begins so", "`followupd list threads` shows the ids"))
    raise UserError(Problem(prefix, f"{len(found)} threads' ids begin so", "give more letters of the id"))
