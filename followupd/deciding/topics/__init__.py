"""Which topics has a follow-up, and when does each come up?

One file per trigger. A module has ``propose(case, topic)`` that returns a Proposal (with the moment from which it may be
written) or a Refusal with its reason. New files are found by themselves; ``rules/topics.yaml`` names them as ``trigger``.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType


@cache
def triggers() -> dict[str, ModuleType]:
    """All trigger modules of this package by name."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}
