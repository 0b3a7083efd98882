"""What does a topic say, and in which of its variants?

A file ``rules/templates/<language>/<topic>.j2`` holds variants, each behind a line ``{# variant NAME #}``; after the
name may stand ``; needs: a, b`` and ``; without: c``. The values a variant prints are needed anyway. Templates are rule
files and may hold code; values come from mail and are only ever data. The sandbox and the bounds are for templates that
a user copied from somewhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from followupd.drafting.tables import DraftingRules
from followupd.errors import ConfigError, Problem
from followupd.rulesource import RuleSource

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

DOTTED = frozenset({"tr", "az"})
"""Languages whose i keeps its dot as a capital."""
MAX_TEMPLATE = 20_000
MAX_OUTPUT = 4_000
_HEAD = re.compile(r"^\{#-?\s*variant\s+([\w-]+)\s*((?:;\s*(?:needs|without):[\w\s,]*)*)-?#\}\s*$", re.MULTILINE)
_PATH = re.compile(r"templates/([a-z]{2,3})/([\w-]+)\.j2")


@dataclass(frozen=True)
class Variant:
    """One wording of a topic. ``needs`` are the values it prints or asks for, ``without`` those that must be absent."""

    language: str
    topic: str
    name: str
    needs: frozenset[str]
    without: frozenset[str]
    origin: str
    compiled: Any

    def fits(self, values: dict[str, str]) -> bool:
        """Can this variant be said truthfully with these values?"""
        return self.needs <= values.keys() and not (self.without & values.keys())

    def render(self, values: dict[str, str]) -> str:
        """The paragraphs, line ends normalised. Raises TemplateTrouble on errors and endless output."""
        return _bounded(self, values)


class TemplateTrouble(Exception):
    """A template could not be rendered; the message says why."""


@dataclass(frozen=True)
class Shelf(Mapping[tuple[str, str], tuple[Variant, ...]]):
    """Wordings by language and topic, compiled when first asked for: a turn needs a few of hundreds."""

    texts: dict[tuple[str, str], tuple[str, str]]
    """Text and origin of each file; an origin that begins with ``rules/`` came with followupd, whose tests compile it."""
    _made: dict[tuple[str, str], tuple[Variant, ...]] = field(default_factory=dict)

    def __getitem__(self, key: tuple[str, str]) -> tuple[Variant, ...]:
        """The wordings of one file. Raises KeyError, and ConfigError where the file is broken."""
        if key not in self._made:
            text, origin = self.texts[key]
            self._made[key] = _variants(_environment(key[0]), key, text, origin)
        return self._made[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Languages and topics, in the order of their files."""
        return iter(self.texts)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self.texts)


@dataclass(frozen=True)
class Templates:
    """All wordings and the tables that check them."""

    rules: DraftingRules
    variants: Mapping[tuple[str, str], tuple[Variant, ...]]
    """By language and topic."""

    @staticmethod
    def build(source: RuleSource) -> Templates:
        """Read tables and templates. Raises ConfigError with ``file:line`` for all broken templates of the user at once."""
        shelf = Shelf(
            {
                (match[1], match[2]): (text, source.origins[path])
                for path, text in sorted(source.texts.items())
                if (match := _PATH.fullmatch(path))
            }
        )
        problems: list[Problem] = []
        for key, (_, origin) in shelf.texts.items():
            try:
                if not origin.startswith("rules/"):
                    shelf[key]
            except ConfigError as error:
                problems.extend(error.problems)
        if problems:
            raise ConfigError(*problems)
        return Templates(DraftingRules.build(source), shelf)

    def language(self, topic: str, wanted: str) -> str:
        """``wanted`` where the topic has a template in it, else English."""
        return wanted if (wanted, topic) in self.variants and wanted in self.rules.languages else "en"

    def topics(self, language: str = "en") -> tuple[str, ...]:
        """Topics that can be written in a language."""
        return tuple(sorted(topic for lang, topic in self.variants if lang == language))

    def candidates(self, language: str, topic: str, values: dict[str, str], seed: str) -> tuple[Variant, ...]:
        """The variants that fit, in the order of ``seed``: the same seed gives the same order (law 8)."""
        fitting = [v for v in self.variants.get((language, topic), ()) if v.fits(values)]
        return tuple(sorted(fitting, key=lambda v: hashlib.sha256(f"{seed}\n{v.name}".encode()).digest()))


@cache
def _environment(language: str) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    env = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    env.globals.clear()  # no range(), no cycler: a template says a sentence, it computes nothing
    env.filters = {"cap": _cap_dotted if language in DOTTED else _cap, "lower": str.lower}
    env.tests = {}
    return env


def _cap(text: str) -> str:
    """The first letter upper-case, the rest as it stands."""
    return text[:1].upper() + text[1:]


def _cap_dotted(text: str) -> str:
    """The same where ``i`` becomes ``İ``."""
    return _cap(f"İ{text[1:]}" if text.startswith("i") else text)


def _variants(env: SandboxedEnvironment, of: tuple[str, str], text: str, origin: str) -> tuple[Variant, ...]:
    heads = list(_HEAD.finditer(text[:MAX_TEMPLATE]))
    problems = [Problem(origin, f"longer than {MAX_TEMPLATE} characters")] if len(text) > MAX_TEMPLATE else []
    if not heads:
        raise ConfigError(Problem(f"{origin}:1", "no variant", "begin each with a line {# variant NAME #}"))
    ends = [h.start() for h in heads[1:]] + [len(text)]
    found: list[Variant] = []
    for head, end in zip(heads, ends, strict=True):
        line = text.count("\n", 0, head.start()) + 1
        try:
            found.append(_variant(env, of, head, text[head.end() : end].strip(), f"{origin}:{line}"))
        except ConfigError as error:
            problems.extend(error.problems)
    names = [v.name for v in found]
    problems += [
        Problem(v.origin, f"two variants are named '{v.name}'") for i, v in enumerate(found) if v.name in names[:i]
    ]
    if problems:
        raise ConfigError(*problems)
    return tuple(found)


def _variant(env: SandboxedEnvironment, of: tuple[str, str], head: re.Match[str], body: str, origin: str) -> Variant:
    from jinja2 import TemplateError, meta

    if problems := _too_clever(env, body, origin):
        raise ConfigError(*problems)
    options = dict(part.strip().split(":", 1) for part in head[2].split(";") if part.strip())
    wanted = {name: frozenset(re.findall(r"\w+", value)) for name, value in options.items()}
    try:
        compiled = env.from_string(body)
    except TemplateError as error:
        raise ConfigError(Problem(origin, f"the template is broken: {error}")) from None
    needs = frozenset(meta.find_undeclared_variables(env.parse(body))) | wanted.get("needs", frozenset())
    return Variant(*of, head[1], needs, wanted.get("without", frozenset()), origin, compiled)


def _too_clever(env: SandboxedEnvironment, body: str, origin: str) -> list[Problem]:
    """A template says a sentence: no loops, calls, attributes, includes or arithmetic, so that it always ends."""
    from jinja2 import TemplateError, nodes

    said = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Filter, nodes.Const)
    asked = (nodes.If, nodes.Compare, nodes.Operand, nodes.Not, nodes.And, nodes.Or)
    try:
        tree = env.parse(body)
    except TemplateError as error:
        return [Problem(origin, f"the template is broken: {error}")]
    odd = (node for node in tree.find_all(nodes.Node) if not isinstance(node, said + asked))
    return [Problem(origin, f"a template may not use {type(n).__name__.lower()}", "values, | cap, if") for n in odd][:1]


def _bounded(variant: Variant, values: dict[str, str]) -> str:
    from jinja2 import TemplateError

    out, size = [], 0
    try:
        for piece in variant.compiled.generate(values):
            out.append(piece)
            size += len(piece)
            if size > MAX_OUTPUT:
                raise TemplateTrouble(f"{variant.origin}: more than {MAX_OUTPUT} characters")
    except (TemplateError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError) as error:
        raise TemplateTrouble(f"{variant.origin}: {type(error).__name__}: {error}") from None
    paragraphs = re.split(r"\n\s*\n", "".join(out).strip())
    return "\n\n".join(" ".join(p.split()) for p in paragraphs)
