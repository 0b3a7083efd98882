"""What does a YAML file say, and on which line does it say so?

PyYAML's safe loader with the traps of YAML 1.1 taken out: ``NO`` and ``on`` stay words, ``12:30`` and ``010`` stay
text, duplicate keys, anchors bombs, full-width colons and ``.nan`` are problems. Every value keeps its line, so that
whoever validates can name ``file:line``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from followupd.errors import ConfigError, Problem

T = TypeVar("T", bound=BaseModel)

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000

Key = str | int
PathKey = tuple[Key, ...]


class _Loader(yaml.SafeLoader):
    """Safe loader without YAML 1.1's guesses."""


class _Quick(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same in C, where PyYAML has it: for files of our own, since the other's complaints are clearer."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _regex, _first in (
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"^[-+]?(?:[0-9]+\.[0-9]+|\.(?:inf|Inf|INF|nan|NaN|NAN))$", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_regex), [*_first, *([""] if "\0" in _first else [])])
_Quick.yaml_implicit_resolvers = _Loader.yaml_implicit_resolvers


class Origin(str):
    """``file:line`` of a rule. ``shipped``: it came with followupd, whose tests compile every pattern."""

    __slots__ = ("shipped",)
    shipped: bool

    @staticmethod
    def of(where: str, *, shipped: bool) -> Origin:
        """Where a rule stands."""
        origin = Origin(where)
        origin.shipped = shipped
        return origin


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: plain data, and the line (1-based) of every value by its path."""

    name: str
    data: Any
    lines: dict[PathKey, int] = field(default_factory=dict)
    shipped: bool = False
    """Does it come with followupd?"""

    def where(self, path: PathKey = ()) -> str:
        """``file:line`` of the value at ``path``, or of its nearest parent that has a line."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.name}:{self.lines.get(path, 1)}"


def read_yaml(path: Path, name: str | None = None, *, shipped: bool = False) -> YamlFile:
    """Read and parse a file. Raises ConfigError with ``file:line`` for anything that is not sound YAML.

    ``shipped``: it came with followupd.
    """
    label = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(Problem(label, f"cannot be read: {error.strerror}")) from None
    if len(raw) > MAX_BYTES:
        raise ConfigError(Problem(label, f"is {len(raw)} bytes, more than {MAX_BYTES}"))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ConfigError(Problem(f"{label}:{line}", "is not UTF-8", "save the file as UTF-8")) from None
    return parse_yaml(text, label, shipped=shipped)


def parse_yaml(text: str, name: str, *, shipped: bool = False) -> YamlFile:
    """Parse text; see :func:`read_yaml`."""
    try:
        loader = (_Quick if shipped else _Loader)(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(Problem(f"{name}:{line}", f"holds a character that no text has (U+{error.character:04X})", "delete it")) from None
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        lost_key = error.context == "while scanning a simple key"
        mark = error.context_mark if lost_key else error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ConfigError(Problem(f"{name}:{line}", f"is not YAML: {error.problem}", _hint(text, line))) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(Problem(name, f"is not YAML: {type(error).__name__}: {str(error)[:120]}")) from None
    finally:
        loader.dispose()
    walker = _Walker(name)
    data = walker.value(node, ()) if node is not None else None
    if walker.problems:
        raise ConfigError(*walker.problems)
    return YamlFile(name, data, walker.lines, shipped)


def _hint(text: str, line: int) -> str:
    """A guess at what the user meant, for the commonest slips."""
    lines = text.splitlines()
    row = lines[line - 1] if 0 < line <= len(lines) else ""
    if "：" in row:
        return "a full-width colon '：' was typed; write ': '"
    if "\t" in row:
        return "indent with spaces, not tabs"
    return "check the indentation and the quotes"


_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Walker:
    """Turns nodes into plain data; collects problems instead of stopping at the first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[PathKey, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def problem(self, node: yaml.Node, what: str, hint: str = "") -> None:
        self.problems.append(Problem(f"{self.name}:{node.start_mark.line + 1}", what, hint))

    def value(self, node: yaml.Node, path: PathKey) -> Any:
        self.nodes += 1
        self.lines.setdefault(path, node.start_mark.line + 1)
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            if not any("too deep" in p.what for p in self.problems):
                self.problem(node, "is nested too deep or too large")
            return None
        if not isinstance(node, yaml.ScalarNode) and node.tag not in _COLLECTIONS:
            self.problem(node, f"the tag '{node.tag}' is not allowed")
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, i)) for i, child in enumerate(node.value)]
        return self.scalar(node)

    def mapping(self, node: yaml.MappingNode, path: PathKey) -> dict[str, Any]:
        out: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            key = self.key(key_node)
            if key is None:
                continue
            if key in out:
                self.problem(key_node, f"'{key}' stands twice (first on line {first[key]})", "keep one of them")
                continue
            first[key] = key_node.start_mark.line + 1
            self.lines[(*path, key)] = first[key]
            out[key] = self.value(value_node, (*path, key))
        return out

    def key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode) or node.tag == "tag:yaml.org,2002:merge":
            self.problem(node, "a key must be a plain word")
            return None
        if "：" in node.value:
            self.problem(node, f"'{node.value}' has a full-width colon", "write ': ' with an ASCII colon and a space")
            return None
        return str(node.value)

    def scalar(self, node: yaml.Node) -> Any:
        text = str(node.value)
        match node.tag.rpartition(":")[2]:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text)
            case "float":
                number = float(text.replace(".inf", "inf").replace(".nan", "nan").lower().replace("..", "."))
                if math.isnan(number) or math.isinf(number):
                    self.problem(node, f"'{text}' is not a number that can be used")
                return number
            case "str":
                if isinstance(node, yaml.ScalarNode) and node.style is None and re.match(r"^[A-Za-z_][A-Za-z0-9_.-]*：", text):
                    self.problem(node, f"'{text}' has a full-width colon", "write ': ' with an ASCII colon and a space")
                return text
            case other:
                self.problem(node, f"the tag '{other}' is not allowed")
                return None


def validate(model: type[T], file: YamlFile, path: PathKey = (), data: Any = None) -> T:
    """Check ``data`` (default: the whole file) against a pydantic model; all problems at once, each with its line."""
    try:
        return model.model_validate(file.data if data is None else data)
    except ValidationError as error:
        raise ConfigError(*problems_of(error, file, path)) from None


def problems_of(error: ValidationError, file: YamlFile, path: PathKey = ()) -> list[Problem]:
    """Every complaint of pydantic as a Problem with ``file:line`` and the key's path."""
    found = []
    for item in error.errors(include_url=False, include_input=True):
        loc: PathKey = tuple(part for part in item["loc"] if isinstance(part, (str, int)))
        key = ".".join(str(part) for part in loc) or "(top)"
        what, hint = _plain(item["type"], item["msg"], item.get("input"))
        found.append(Problem(file.where((*path, *loc)), f"{key}: {what}", hint))
    return found


def _plain(kind: str, message: str, given: Any) -> tuple[str, str]:
    """Say pydantic's complaint in the user's words."""
    if kind == "extra_forbidden":
        return "is not a known key", "check the spelling, or remove it"
    if kind == "missing":
        return "is missing", "add it"
    message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind.startswith("bool"):
        return f"must be true or false, not {given!r}", ""
    if kind == "string_type" and given is None:
        return "is empty", "write a value, or remove the line"
    if kind == "string_type" and isinstance(given, (int, float)):
        return f"is a number and must be text, not {given!r}", f'put it in quotes: "{given}"'
    shown = "" if isinstance(given, (dict, list)) or given is None else f", not {given!r}"
    return message[:1].lower() + message[1:] + (shown if kind != "value_error" else ""), ""
