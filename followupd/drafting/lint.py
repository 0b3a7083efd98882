"""Would a careful colleague send this text?

Every rule returns problems that name the rule and the offending words. The limits are DOMAIN 2.5, the phrases DOMAIN
2.4; law 6 is the tracer: each figure, date, month, capital word and number word of the text must stand in the evidence,
in the identity or in the buyer's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from followupd.drafting.clean import has_link
from followupd.drafting.languages import HAN, Language
from followupd.drafting.tables import DraftingRules
from followupd.errors import FollowupdError, Problem

_SENTENCE_END = re.compile(r"(?<=[.?!…؟])[\"”’)»]*\s+(?=[\"“(«¿¡]?[^\W\d_])|(?<=[。？！])(?=\S)")
_WORD = re.compile(r"\S*\w\S*")
_TOKEN = re.compile(r"[\w](?:[\w.,/'’&%+-]*[\w%])?")
_HAN = re.compile(f"[{HAN}]")
_LETTER = rf"[^\W{HAN}]"
"""A letter or figure of a script that parts its words."""
_SYMBOL = re.compile(r"[$€£¥₹₽₺₩]\s?[\d.,]*\d|\d[\d.,]*\s?[$€£¥₹₽₺₩%]")


class LintFailed(FollowupdError):
    """A draft that must not be placed; ``problems`` name the rules and the words.

    ``no_fact`` tells Reason.NO_FACT (nothing true can be said) from Reason.LINT_FAILED.
    """

    exit_code = 65

    def __init__(self, *problems: Problem) -> None:
        """Take the problems, at least one."""
        self.problems = problems
        self.no_fact = all(p.where == "no_fact" for p in problems)
        super().__init__("; ".join(str(p) for p in problems))


@dataclass(frozen=True, slots=True)
class Sources:
    """What a text may name: printed ``values``, the buyer's ``names``, and our own ``identity`` words."""

    values: tuple[str, ...]
    names: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Everything that counts as a source."""
        return self.values + self.names + self.identity


def lint(
    body: str, sources: Sources, rules: DraftingRules, *, topic: str, salutation: str, language: str = "en"
) -> tuple[Problem, ...]:
    """All problems of ``body`` (salutation line, blank line, paragraphs); empty when it may be sent."""
    greeting, _, text = body.partition("\n\n")
    tongue = rules.languages[language]
    return (
        *_greeting(greeting, salutation),
        *_lengths(text, topic, rules, tongue),
        *_questions(text, topic, rules),
        *_style(text, sources, rules, tongue),
        *_pushes(text, rules, tongue),
        *_topics(text, topic, rules, tongue),
        *untraced(text, sources, tongue),
    )


def words_of(text: str, language: Language) -> int:
    """How many words a text has; without spaces between them, by its characters."""
    if language.text.spaces:
        return len(_WORD.findall(text))
    han = len(_HAN.findall(text))
    return round(han / language.text.characters_per_word) + len(_WORD.findall(_HAN.sub(" ", text)))


def sentences(text: str, language: Language | None = None) -> list[str]:
    """The sentences of a text; ``Mr.``, ``No.`` and decimals end none."""
    abbreviated = _abbreviated(tuple(language.text.abbreviations) if language else _ENGLISH)
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        pending = ""
        for piece in _SENTENCE_END.split(" ".join(paragraph.split())):
            pending = f"{pending} {piece}".strip()
            if not abbreviated.search(pending):
                found.append(pending)
                pending = ""
        found.append(pending)
    return [sentence for sentence in found if sentence]


_ENGLISH = ("Mr", "Mrs", "Ms", "Dr", "No", "pcs?", "Co", "Ltd")


@lru_cache(maxsize=64)
def _abbreviated(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Finds an abbreviation at the end of what seems a sentence."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns) or '(?!)'})\.$", re.IGNORECASE)


def untraced(text: str, sources: Sources, language: Language) -> tuple[Problem, ...]:
    """Law 6: figures, dates, currencies, model numbers, names and number words that stand in no source."""
    haystack = " \n ".join(" ".join(s.split()) for s in sources.all)
    missing = [m[0] for m in language.found_dates.finditer(text) if not _stands_in(m[0], haystack)]
    missing += [m[0] for m in _SYMBOL.finditer(text) if not _stands_in(m[0], haystack)]
    known = {t.casefold() for t in _tokens(haystack, language)}
    missing += [t for s in sentences(text, language) for t in _claims(s, language) if t.casefold() not in known]
    return tuple(Problem("untraced", f"'{word}' stands in no mail and no fact") for word in dict.fromkeys(missing))


def _stands_in(words: str, haystack: str) -> bool:
    return re.search(rf"(?<!{_LETTER}){re.escape(' '.join(words.split()))}(?!{_LETTER})", haystack) is not None


def _tokens(text: str, language: Language) -> list[str]:
    """Words and figures; where no spaces part them, each number word and each word of another script."""
    if not language.text.spaces:
        counted = [w for w in language.text.number_words if w in text]
        return counted + _TOKEN.findall(_HAN.sub(" ", text))
    cut = re.sub(f"[{re.escape(language.text.splits_at)}]", " ", text) if language.text.splits_at else text
    return _TOKEN.findall(cut)


def _claims(sentence: str, language: Language) -> list[str]:
    """Tokens that claim something: figures, number words, months, capitals (a first word only when it has several)."""
    found = []
    for index, token in enumerate(_tokens(sentence, language)):
        word = re.sub(r"['’]s$", "", token)
        capital = language.text.capitals and word[:1].isupper() and index > 0
        shouted = sum(c.isupper() for c in word) > 1
        if language.holds("plain_capitals", word):
            continue
        named = language.holds("number_words", word) or word.casefold() in language.claimed_months
        latin = not language.text.latin and re.search("[A-Za-z]", word) is not None
        if any(c.isdigit() for c in word) or capital or shouted or named or latin:
            found.append(word)
    return found


def _greeting(greeting: str, salutation: str) -> tuple[Problem, ...]:
    if greeting == salutation:
        return ()
    return (Problem("greeting", f"the first line must be '{salutation}', not '{greeting[:60]}'"),)


def _lengths(text: str, topic: str, rules: DraftingRules, language: Language) -> list[Problem]:
    limits, found = rules.limits, sentences(text, language)
    size = limits.of_topic.get(topic, limits)
    words = words_of(text, language)
    problems = []
    if not size.min_words <= words <= size.max_words:
        problems.append(Problem("length", f"{words} words; {size.min_words} to {size.max_words} are allowed"))
    if len(found) > limits.max_sentences:
        problems.append(Problem("sentences", f"{len(found)} sentences; at most {limits.max_sentences}"))
    if words / max(len(found), 1) > limits.average_words:
        longest = max(found, key=lambda s: words_of(s, language))
        problems.append(
            Problem("long_sentences", f"more than {limits.average_words:g} words on average: '{longest[:80]}'")
        )
    return problems


def _questions(text: str, topic: str, rules: DraftingRules) -> list[Problem]:
    asked, wanted = len(re.findall("[?？؟]", text)), rules.limits.of_topic.get(topic, rules.limits).questions
    if asked == wanted:
        return []
    return [Problem("questions", f"{asked} questions; {f'exactly {wanted} is easy to answer' if wanted else 'this topic asks nothing'}")]


def _style(text: str, sources: Sources, rules: DraftingRules, language: Language) -> list[Problem]:
    """Shouting, leftovers of programs, moving days, links, impersonal address."""
    problems = [Problem("exclamation", "no exclamation marks")] if re.search("[!！]", text) else []
    words = [t.strip(".,;:?()؟،؛。，；：？（）«»") for t in text.split()]
    own = " ".join(sources.all).casefold().split()
    left = [w for w in words if rules.holds("leftovers", w) and w.casefold() not in own]
    left = [w for w in left if w.isupper() or not language.holds("real_words", w)]
    problems += [Problem("leftovers", f"'{w}' is a leftover of a template") for w in left]
    moving = [w for w in words if language.holds("relative_days", w)]
    if not language.text.spaces:
        moving = [w for w in language.text.relative_days if w in text]
    moving = [w for w in moving if w.casefold() not in own]
    problems += [Problem("relative_days", f"'{w}' moves when a draft lies; write a date") for w in moving]
    problems += [
        Problem("leftovers", f"'{m[0]}' is a leftover of a template") for m in re.finditer(r"[{}\[\]<>]+|__+", text)
    ]
    if has_link(text):
        problems.append(Problem("link", "a follow-up carries no links"))
    if re.search(r"\b(?:sir\s*(?:/|or|and)\s*madam|to whom it may concern)\b", text, re.IGNORECASE):
        problems.append(Problem("greeting", "'Sir/Madam' addresses nobody"))
    return problems


def _pushes(text: str, rules: DraftingRules, language: Language) -> list[Problem]:
    hits = ((phrase, phrase.pattern.search(text)) for phrase in rules.phrases(rules.push, language.id))
    return [Problem(f"push.{phrase.id}", f"'{hit.group(0)}' {phrase.what}") for phrase, hit in hits if hit]


def _topics(text: str, topic: str, rules: DraftingRules, language: Language) -> list[Problem]:
    themes = (theme for theme in rules.phrases(rules.themes, language.id) if topic not in theme.topics)
    foreign = ((theme, theme.pattern.search(text)) for theme in themes)
    return [
        Problem(f"two_topics.{t.id}", f"'{hit.group(0)}' is another topic than {topic}") for t, hit in foreign if hit
    ]
