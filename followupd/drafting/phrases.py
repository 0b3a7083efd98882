"""Stand-in until reading/patterns.py exists."""

from __future__ import annotations

from typing import Any

import regex

from followupd.errors import ConfigError, Problem


class Pattern:
    """A bounded pattern."""

    def __init__(self, text: str) -> None:
        self.compiled = regex.compile(text, regex.IGNORECASE | regex.UNICODE)

    def search(self, text: str) -> Any:
        """The first match in capped text, or None."""
        try:
            return self.compiled.search(text[:20000], timeout=0.5)
        except TimeoutError:
            return None


def compile_pattern(text: str, origin: str) -> Pattern:
    """Compile, or raise ConfigError with the origin."""
    try:
        return Pattern(text)
    except regex.error as error:
        raise ConfigError(Problem(origin, f"the pattern is wrong: {error}")) from None
