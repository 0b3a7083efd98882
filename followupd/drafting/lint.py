"""Would a careful colleague send this text?

Every rule returns problems that name the rule and the offending words. The limits are DOMAIN 2.5, the phrases DOMAIN
2.4; law 6 is the tracer: each figure, date, month, capital word and number word of the text must stand in the evidence,
in the identity or in the buyer's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from followupd.drafting.clean import has_link
from followupd.drafting.tables import DraftingRules
from followupd.errors import FollowupdError, Problem

_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"”’)]*\s+(?=[\"“(]?[^\W\d_])")
_ABBREVIATED = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Eng|No|approx|incl|excl|e\.g|i\.e|pcs?|Ltd|Co|St|vs)\.)$", re.IGNORECASE
)
_WORD = re.compile(r"\S*\w\S*")
_TOKEN = re.compile(r"[\w](?:[\w.,/'’&%+-]*[\w%])?")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+\d{{4}})?|{_MONTH}\s+\d{{1,4}}(?:,\s*\d{{4}})?)\b")
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


def lint(body: str, sources: Sources, rules: DraftingRules, *, topic: str, salutation: str) -> tuple[Problem, ...]:
    """All problems of ``body`` (salutation line, blank line, paragraphs); empty when it may be sent."""
    greeting, _, text = body.partition("\n\n")
    return (
        *_greeting(greeting, salutation),
        *_lengths(text, rules),
        *_questions(text, rules),
        *_style(text, sources, rules),
        *_pushes(text, rules),
        *_topics(text, topic, rules),
        *untraced(text, sources, rules),
    )


def sentences(text: str) -> list[str]:
    """The sentences of a text; ``Mr.``, ``No.`` and decimals end none."""
    found: list[str] = []
    for paragraph in text.split("\n\n"):
        pending = ""
        for piece in _SENTENCE_END.split(" ".join(paragraph.split())):
            pending = f"{pending} {piece}".strip()
            if not _ABBREVIATED.search(pending):
                found.append(pending)
                pending = ""
        found.append(pending)
    return [sentence for sentence in found if sentence]


def untraced(text: str, sources: Sources, rules: DraftingRules) -> tuple[Problem, ...]:
    """Law 6: figures, dates, currencies, model numbers, names and number words that stand in no source."""
    haystack = " \n ".join(" ".join(s.split()) for s in sources.all)
    missing = [m[0] for m in _DATE.finditer(text) if not _stands_in(m[0], haystack)]
    missing += [m[0] for m in _SYMBOL.finditer(text) if not _stands_in(m[0], haystack)]
    known = {t.casefold() for t in _TOKEN.findall(haystack)}
    missing += [t for s in sentences(text) for t in _claims(s, rules) if t.casefold() not in known]
    return tuple(Problem("untraced", f"'{word}' stands in no mail and no fact") for word in dict.fromkeys(missing))


def _stands_in(words: str, haystack: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(' '.join(words.split()))}(?!\w)", haystack) is not None


def _claims(sentence: str, rules: DraftingRules) -> list[str]:
    """Tokens that claim something: figures, number words, capitals (a first word only when it has several)."""
    found = []
    for index, token in enumerate(_TOKEN.findall(sentence)):
        word = re.sub(r"['’]s$", "", token)
        capital = word[:1].isupper() and index > 0
        shouted = sum(c.isupper() for c in word) > 1
        if rules.holds("plain_capitals", word):
            continue
        if any(c.isdigit() for c in word) or capital or shouted or rules.holds("number_words", word):
            found.append(word)
    return found


def _greeting(greeting: str, salutation: str) -> tuple[Problem, ...]:
    if greeting == salutation:
        return ()
    return (Problem("greeting", f"the first line must be '{salutation}', not '{greeting[:60]}'"),)


def _lengths(text: str, rules: DraftingRules) -> list[Problem]:
    limits, found = rules.limits, sentences(text)
    words = len(_WORD.findall(text))
    problems = []
    if not limits.min_words <= words <= limits.max_words:
        problems.append(Problem("length", f"{words} words; {limits.min_words} to {limits.max_words} are allowed"))
    if len(found) > limits.max_sentences:
        problems.append(Problem("sentences", f"{len(found)} sentences; at most {limits.max_sentences}"))
    if words / max(len(found), 1) > limits.average_words:
        longest = max(found, key=lambda s: len(s.split()))
        problems.append(
            Problem("long_sentences", f"more than {limits.average_words:g} words on average: '{longest[:80]}'")
        )
    return problems


def _questions(text: str, rules: DraftingRules) -> list[Problem]:
    asked = text.count("?") + text.count("？")
    if asked == rules.limits.questions:
        return []
    return [Problem("questions", f"{asked} questions; exactly {rules.limits.questions} is easy to answer")]


def _style(text: str, sources: Sources, rules: DraftingRules) -> list[Problem]:
    """Shouting, leftovers of programs, moving days, links, impersonal address."""
    problems = [Problem("exclamation", "no exclamation marks")] if re.search("[!！]", text) else []
    words = [t.strip(".,;:?()") for t in text.split()]
    own = " ".join(sources.all).casefold().split()
    for name, what in (
        ("leftovers", "is a leftover of a template"),
        ("relative_days", "moves when a draft lies; write a date"),
    ):
        problems += [Problem(name, f"'{w}' {what}") for w in words if rules.holds(name, w) and w.casefold() not in own]
    problems += [
        Problem("leftovers", f"'{m[0]}' is a leftover of a template") for m in re.finditer(r"[{}\[\]<>]+|__+", text)
    ]
    if has_link(text):
        problems.append(Problem("link", "a follow-up carries no links"))
    if re.search(r"\b(?:sir\s*(?:/|or|and)\s*madam|to whom it may concern)\b", text, re.IGNORECASE):
        problems.append(Problem("greeting", "'Sir/Madam' addresses nobody"))
    return problems


def _pushes(text: str, rules: DraftingRules) -> list[Problem]:
    hits = ((phrase, phrase.pattern.search(text)) for phrase in rules.push)
    return [Problem(f"push.{phrase.id}", f"'{hit.group(0)}' {phrase.what}") for phrase, hit in hits if hit]


def _topics(text: str, topic: str, rules: DraftingRules) -> list[Problem]:
    foreign = ((theme, theme.pattern.search(text)) for theme in rules.themes if topic not in theme.topics)
    return [
        Problem(f"two_topics.{t.id}", f"'{hit.group(0)}' is another topic than {topic}") for t, hit in foreign if hit
    ]
