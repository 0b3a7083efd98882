"""Where could a crash come between two effects?

Every write of state and every change on the server passes :func:`step`, before and after. The tests hang a hook in that
kills the process there, at each step in turn; without a hook nothing happens and it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

hook: Callable[[str], None] | None = None
"""Called with the name of each step; set by tests only."""


def step(name: str) -> None:
    """Here a crash must do no harm. ``name`` says what was just done or comes next."""
    if hook is not None:
        hook(name)
