"""How much of one mail do we take in?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Octets. A mail up to ``whole`` is fetched whole; of a larger one headers and text parts, each up to its limit."""

    whole: int = 24_000
    """Over a line of 20 ms and 20 Mbit/s parts are the quicker from 16 kB on, on the same machine from 60 kB on (bench/sizes.py)."""
    headers: int = 128_000
    text: int = 400_000
    parts: int = 6
    literal: int = 16_000_000
    """What one answer of the server may announce; more is a lie or an attack, and the link is dropped."""
