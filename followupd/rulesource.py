"""Where does a rule come from?

Rules are data: the shipped directory ``rules/`` and the user's own directory laid over it. Tables are YAML files that
map an id to an entry; an entry of the user replaces the shipped one of the same id **key by key** (a key set to null
falls back to nothing, ``enabled: false`` switches an entry off). Templates are replaced file by file. Whoever reads a
table asks :class:`RuleSource` and gets plain entries with their origin; no other room touches the disk for rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from followupd.errors import ConfigError, Problem
from followupd.yamlfile import Origin, PathKey, YamlFile, problems_of, read_yaml

T = TypeVar("T", bound=BaseModel)
CATALOGUE, FACTS = "catalogue.yaml", "facts.yaml"
"""The tables of the user that lie beside his config (judging/fit.py, deciding/userfacts.py)."""

AFTER_JUDGING = frozenset(
    "stages topics limits seasons markets facts "
    "conventions draft_words draft_limits titles wording deciders push themes languages templates".split()
)
"""Tables that only deciding and drafting ask: where nothing but these differs, what was judged of the mails stands."""


def after_judging(table: str) -> bool:
    """Is a table (``stages``, ``languages/de``) one that judging never asks?"""
    return table.partition("/")[0] in AFTER_JUDGING


@dataclass(frozen=True)
class Entry:
    """One rule: its id, its merged data, and the files that said so (the last one wins)."""

    id: str
    data: dict[str, Any]
    files: tuple[tuple[YamlFile, PathKey], ...]

    @property
    def origin(self) -> str:
        """``file:line`` of the last file that speaks of this entry."""
        file, path = self.files[-1]
        return file.where(path)

    def origin_of(self, key: str) -> str:
        """``file:line`` of the file whose word holds for a key."""
        places = (file.where((*path, key)) for file, path in reversed(self.files) if (*path, key) in file.lines)
        return next(places, self.origin)

    @property
    def stands(self) -> Origin:
        """The same, and whether all of it came with followupd."""
        return Origin.of(self.origin, shipped=all(f.shipped for f, _ in self.files))


@dataclass(frozen=True)
class RuleSource:
    """All rule files, read once. ``tables`` maps a table's name (``signals``, ``phrases/en``) to its entries."""

    tables: dict[str, dict[str, Entry]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """Templates by path (``templates/en/close_out.j2``)."""
    origins: dict[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A name for exactly these rules, 16 hex digits; where a file lies does not matter. Facts of the day are no rules."""
        data = {name: [(id, e.data) for id, e in table.items()] for name, table in self.tables.items() if name != "facts"}
        said = json.dumps([data, self.texts], sort_keys=True, ensure_ascii=False, default=str)
        return sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def judging_digest(self) -> str:
        """A name for those of these rules by which mails are judged."""
        data = {name: [(id, e.data) for id, e in table.items()] for name, table in self.tables.items() if not after_judging(name)}
        return sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]

    @cached_property
    def facts_digest(self) -> str:
        """A name for exactly these facts of the user."""
        data = [(id, e.data) for id, e in self.tables.get("facts", {}).items()]
        return sha256(json.dumps(data, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]

    def entries(self, table: str) -> dict[str, Entry]:
        """The entries of a table by id, in file order, switched-off ones left out; empty when there is none."""
        return {id: e for id, e in self.tables.get(table, {}).items() if e.data.get("enabled", True) is not False}

    def names(self, prefix: str) -> list[str]:
        """Names of tables below a prefix, such as ``phrases/``."""
        return sorted(name for name in self.tables if name.startswith(prefix))


def shipped_rules() -> Path:
    """The rules that came with followupd: inside the wheel, or at the top of a checkout."""
    inside = Path(__file__).parent / "rules"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "rules"


def read_rules(*overlays: Path) -> RuleSource:
    """Read the shipped rules and every overlay over them. Raises ConfigError listing all broken files at once."""
    source, problems = read_what_can_be(*overlays)
    if problems:
        raise ConfigError(*problems)
    return source


def read_what_can_be(*overlays: Path) -> tuple[RuleSource, list[Problem]]:
    """The same, and what is wrong with the files that are left out: the other files can be checked all the same."""
    source = RuleSource()
    problems: list[Problem] = []
    for root, shipped in ((shipped_rules(), True), *((o, o == shipped_rules()) for o in overlays)):
        for path, relative in _files(root):
            label = f"rules/{relative}" if shipped else label_of(path)
            try:
                take_file(source, path, relative, label, shipped=shipped)
            except ConfigError as error:
                problems.extend(error.problems)
    return source, problems


def label_of(path: Path) -> str:
    """How a file of the user's own is named: ``rules/...`` alone always means a shipped one."""
    return f"./{path}" if path.parts[:1] == ("rules",) else str(path)


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    """Rule files below a directory with their names in it; a file by itself is the catalogue, or the facts by its name."""
    if root.suffix in {".yaml", ".yml"} and not root.is_dir():
        yield root, FACTS if root.name.startswith("facts") else CATALOGUE
        return
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        relative = path.relative_to(root).as_posix()
        if not relative.startswith(("tests/", "schema/", ".")):
            yield path, relative


def read_shipped(table: str) -> RuleSource:
    """One table as it comes with followupd, alone. Raises ConfigError."""
    source = RuleSource()
    take_file(source, shipped_rules() / f"{table}.yaml", f"{table}.yaml", f"rules/{table}.yaml", shipped=True)
    return source


def take_file(source: RuleSource, path: Path, relative: str, label: str, *, shipped: bool) -> None:
    """Lay one file over what is already there."""
    if path.suffix in {".j2", ".txt"}:
        source.texts[relative] = path.read_text(encoding="utf-8")
        source.origins[relative] = label
        return
    if path.suffix not in {".yaml", ".yml"}:
        return
    file = _as_shipped(path, label, _stamp(path)) if shipped else read_yaml(path, label)
    if file.data is None:
        return
    if not isinstance(file.data, dict):
        raise ConfigError(Problem(label, "must map ids to entries", "see docs/adding.md"))
    table = source.tables.setdefault(relative.rpartition(".")[0], {})
    bad = [
        Problem(file.where((id,)), f"{id}: must be a mapping") for id, d in file.data.items() if not isinstance(d, dict)
    ]
    if bad:
        raise ConfigError(*bad)
    for id, data in file.data.items():
        old = table.get(id)
        merged = {**old.data, **data} if old else dict(data)
        table[id] = Entry(id, merged, (*(old.files if old else ()), (file, (id,))))


def _stamp(path: Path) -> tuple[int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=512)
def _as_shipped(path: Path, label: str, _at: tuple[int, int]) -> YamlFile:
    """A file that came with followupd: read once as long as it stays what it is, however often rules are read anew."""
    return read_yaml(path, label, shipped=True)


def check_entries(model: type[T], source: RuleSource, table: str) -> dict[str, T]:
    """Validate every entry of a table; all problems at once, each with the line of the file that holds the key."""
    found: dict[str, T] = {}
    problems: list[Problem] = []
    for id, entry in source.entries(table).items():
        data = {k: v for k, v in entry.data.items() if k != "enabled"}
        try:
            found[id] = model.model_validate(data)
        except ValidationError as error:
            for item in error.errors(include_url=False):
                key = item["loc"][0] if item["loc"] else None
                places = ((f, p) for f, p in reversed(entry.files) if key is None or (*p, key) in f.lines)
                file, path = next(places, entry.files[-1])
                one = ValidationError.from_exception_data(error.title, [_line(item)])
                problems.extend(problems_of(one, file, path))
    if problems:
        raise ConfigError(*problems)
    return found


def _line(item: Any) -> Any:
    """One pydantic complaint as the line-error that ``from_exception_data`` takes."""
    message = item["msg"].replace("{", "{{").replace("}", "}}")
    return {"type": PydanticCustomError(item["type"], message), "loc": item["loc"], "input": item.get("input")}
