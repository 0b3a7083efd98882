"""What is a country called in English and in Chinese? As the shipped rules/countries.yaml says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from followupd.rulesource import read_shipped


@cache
def _names(language: str) -> Mapping[str, str]:
    entries = read_shipped("countries").entries("countries")
    return {code: name for code, entry in entries.items() if isinstance(name := entry.data.get(language), str)}


def country(code: str, language: str) -> str:
    """The name of an ISO 3166 alpha-2 code; the code itself where it is not known."""
    return _names("zh" if language == "zh" else "en").get(code, code)
