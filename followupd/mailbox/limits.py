"""How much of one mail do we take in?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets. A mail up to ``whole`` is fetched whole; of a larger one headers and text parts, each up to its limit."""

    whole: int = 48_000
    headers: int = 128_000
    text: int = 400_000
    parts: int = 6
    literal: int = 16_000_000
    """What one answer of the server may announce; more is a lie or an attack, and the link is dropped."""
