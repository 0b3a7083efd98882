"""In which language does the command line speak to the person who called it?

The English sentences that stand in the code are their own keys, as in gettext; where the locale says Chinese, their Chinese
is looked up in ``chinese/``, which is not even loaded otherwise. Programs are spoken to in English always: JSON, logs, ids and
the words of YAML files never change with the locale.
"""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

DOMAIN = "followupd"
LOCALES = Path(__file__).parents[1] / "locale"
"""Where the standard library's gettext finds click's own texts in Chinese."""


def language_of(told: str | None) -> str:
    """``zh`` or ``en``: as told, else by the locale (LANGUAGE, LC_ALL, LC_MESSAGES, LANG, in gettext's order)."""
    if told:
        return told
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if locale.partition(".")[0] not in {"", "C", "POSIX"}:  # where there is no language, LANGUAGE chooses none
        locale = os.environ.get("LANGUAGE") or locale
    return "zh" if locale.lower().startswith("zh") else "en"


def chinese() -> bool:
    """Is the person spoken to in Chinese?"""
    return language_of(None) == "zh"


def said(sentence: str, /, **values: object) -> str:
    """A sentence in the person's language, its ``{names}`` filled in. What has no Chinese is said in English."""
    told = _sentences().get(sentence, sentence) if chinese() else sentence
    return told.format(**{name: shown(value) if isinstance(value, Sentence) else value for name, value in values.items()}) if values else told


def marked(sentence: str) -> str:
    """A sentence that stands in a table and is said elsewhere; it is only marked here, so that its Chinese is asked for."""
    return sentence


class Sentence(str):
    """English for programs that can still be said in the person's language: see :func:`later` and :func:`shown`."""

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, object]


def later(sentence: str, /, **values: object) -> Sentence:
    """A sentence in English, for JSON or an error, which :func:`shown` says in the person's language."""
    made = Sentence(sentence.format(**values) if values else sentence)
    made.key, made.values = sentence, values
    return made


def both(english: str, chinese: str) -> Sentence:
    """A word that both languages have already: of a rule, a reason, a date."""
    made = Sentence(english)
    made.key, made.values = chinese or english, {}
    return made


def shown(text: object) -> str:
    """What was said with :func:`later` or :func:`both`, in the person's language; any other text as it is."""
    if not isinstance(text, Sentence) or not chinese():
        return str(text)
    return said(text.key, **text.values)


def comma() -> str:
    """Between parts of a sentence."""
    return "，" if chinese() else ", "


def colon() -> str:
    """Before what a word is about."""
    return "：" if chinese() else ": "


def semicolon() -> str:
    """Between things told one after the other."""
    return "；" if chinese() else "; "


def heard(text: object) -> str:
    """What a room below said in English, an error or a line made of several, in the person's language as far as it is known."""
    if isinstance(text, Sentence) or not chinese():
        return shown(text)
    from followupd.cli.chinese.faults import fault_zh

    return _sentences().get(str(text)) or fault_zh(str(text))


def said_whole(text: str) -> str:
    """Help of several paragraphs, each of them a sentence of its own here; what click keeps as it is stays so."""
    return "\n\n".join(p if p.startswith("\b") else said(" ".join(p.split())) for p in re.split(r"\n\s*\n", inspect.cleandoc(text)))


def bind() -> None:
    """Let click's own words (Usage, Options, errors) be Chinese too, where the person reads Chinese."""
    if chinese():
        import gettext

        gettext.bindtextdomain(DOMAIN, LOCALES)
        gettext.textdomain(DOMAIN)


@cache
def _sentences() -> Mapping[str, str]:
    from followupd.cli.chinese import SENTENCES

    return SENTENCES
