"""What is the first line of a draft in a given language?

The language's own custom (``greeting`` of rules/languages): title and surname in German, given name and patronymic in Russian,
given name and Bey in Turkish, 王经理 in Chinese. English follows the buyer's country (conventions.py). A gender that no title
and no patronymic tells is never guessed: the neutral line names the person in full.
"""

from __future__ import annotations

import re

from followupd.drafting.conventions import Name, country_form, parse_name
from followupd.drafting.languages import HAN, GreetingEntry, Language, filled
from followupd.drafting.tables import ConventionEntry, DraftingRules

_PATRONYMIC = {"f": re.compile(r".{2,}(?:вна|ична|инична)$", re.I), "m": re.compile(r".{2,}(?:вич|ич)$", re.I)}
_COMPOUND = ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐")


def salutation(name: str, title: str, country: str, rules: DraftingRules, language: str = "en") -> str:
    """The first line of a draft with its mark. ``name`` as signed, ``title`` as known, ``country`` ISO alpha-2."""
    greeting = rules.languages[language].greeting
    convention = _convention(country, greeting, rules)
    person = parse_name(name, title, convention, rules)
    if not person.full:
        return greeting.team
    if greeting.by == "country":
        return filled(greeting.other, name=country_form(person, convention))
    return _in_language(person, greeting)


def used_before(line: str, known: set[str], language: Language) -> str:
    """A first line that a person of ours wrote to this buyer, with the language's mark; else empty. In English "Dear" stays.

    ``known``: casefolded words of the buyer's name; a line that names nobody of them ("Dear Sirs") does not count.
    """
    line = " ".join(line.split()).rstrip(" ,:;.!，：！、،")
    for opening in language.greeting.openings:
        pattern = re.escape(opening).replace(r"\{name\}", _NAME)
        found = re.fullmatch(pattern, line, re.IGNORECASE)
        if found and len(line) <= MAX_LINE and _names(found["name"], known):
            polite = language.greeting.by == "country"
            return filled(language.greeting.other, name=found["name"]) if polite else f"{line}{language.greeting.mark}"
    return ""


MAX_LINE = 70
_NAME = r"(?P<name>(?:[^\W\d_][\w.'’-]*\.?\s+){0,4}[^\W\d_][\w'’.-]*)"  # one to five words that begin with a letter


def _names(said: str, known: set[str]) -> bool:
    """Does what was said share a word with the name, or, in Chinese, its first character?"""
    words = {w.casefold() for w in re.findall(r"[^\W\d_]+", said)}
    return bool(words & known) or any(re.match(f"[{HAN}]", w) and said.startswith(w[0]) for w in known)


def _convention(country: str, greeting: GreetingEntry, rules: DraftingRules) -> ConventionEntry:
    known = rules.by_country.get(country.upper())
    return known or rules.conventions.get(greeting.convention) or rules.conventions["other"]


def _in_language(person: Name, greeting: GreetingEntry) -> str:
    """By gender where it is known, by the name's own words."""
    called, gender = _called(person, greeting)
    pattern, titles = {
        "m": (greeting.m, greeting.titles_m),
        "f": (greeting.f, greeting.titles_f),
    }.get(gender, (greeting.other, greeting.titles))
    title = titles.get(person.academic.shown if person.academic else "", titles.get("", ""))
    if gender not in {"m", "f"}:
        called = called if title and person.surname else person.full
    return " ".join(filled(pattern, title=title, name=called).split())


def _called(person: Name, greeting: GreetingEntry) -> tuple[str, str]:
    """The part of the name that stands in the line, and the gender if anything tells it."""
    words = person.full.split()
    if greeting.name == "patronymic" and (found := _patronymic(words)):
        return found
    if greeting.name == "family" and re.fullmatch(f"[{HAN}]{{2,4}}", person.full):
        return next((c for c in _COMPOUND if person.full.startswith(c)), person.full[0]), person.gender
    if greeting.name == "given":
        return (person.given if len(person.given.strip(".")) > 1 else "") or person.full, person.gender
    return person.surname or person.full, person.gender


def _patronymic(words: list[str]) -> tuple[str, str] | None:
    """``Анна Петровна`` with the gender that only a patronymic tells; a surname in -ич tells none."""
    for index in range(1, len(words)):
        for gender, pattern in _PATRONYMIC.items():
            if pattern.match(words[index]):
                told = gender if gender == "f" or len(words) > 2 else ""
                return f"{words[index - 1]} {words[index]}", told
    return None
