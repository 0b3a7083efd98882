"""How does a test run followupd in a process of its own that may die? A forked child, under rules that are read once."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache

from followupd.accounts import RulesLoader
from followupd.config import Config

EARLY = timedelta(days=6)
"""So much earlier the last buyer got his quote: his draft stands when the others come due."""


@lru_cache(1)
def _rules() -> list[RulesLoader]:
    return []


def shared_rules(config: Config) -> RulesLoader:
    """The shipped rules, read once for all runs: reading them is most of the time of a short run."""
    if not _rules():
        _rules().append(RulesLoader(config))
    return _rules()[0]


def run_child(act: Callable[[], None]) -> int:
    """Run ``act`` in a forked child; returns 0, or the number of the signal that killed it."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
            os._exit(0)
        except BaseException:
            with contextlib.suppress(Exception):
                traceback.print_exc()
            os._exit(70)
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    assert os.WEXITSTATUS(status) == 0, "the child failed"
    return 0
