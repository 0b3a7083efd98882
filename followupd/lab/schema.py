"""What may stand in each YAML file? As JSON Schema, so that an editor completes and checks while one writes.

Made from the very models that validate the files (``TABLES``), never by hand; ``rules/schema/`` holds what this makes, and a
test keeps the two in step. The first line of every shipped file names its schema, relative to the file; the same relative
path holds in the user's directory, where ``followupd rules copy`` puts the schemas too.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, TypeAdapter

from followupd.config import Config
from followupd.deciding.festivals import FestivalEntry
from followupd.deciding.grade import MarketEntry
from followupd.deciding.seasons import SeasonEntry
from followupd.deciding.tables import CountryEntry, LimitsEntry, StageEntry, TopicEntry
from followupd.deciding.userfacts import MODELS as FACT_MODELS
from followupd.deciding.userfacts import FactEntry
from followupd.drafting import languages
from followupd.drafting import tables as drafting
from followupd.judging import tables as judging
from followupd.judging.calendar_tables import CalendarEntry
from followupd.judging.examples import Examples
from followupd.judging.families import FamilyEntry
from followupd.judging.fit import CatalogueEntry
from followupd.judging.moves import MoveEntry
from followupd.judging.places import PlaceEntry
from followupd.judging.reply_tables import ReplyEntry
from followupd.judging.term_tables import PhraseEntry
from followupd.judging.trade_words import TradeWordEntry
from followupd.lab.story import StoryEntry, TextEntry
from followupd.mailbox.folders import FolderNames
from followupd.mailbox.providers import Provider
from followupd.reading.marks import QuotingEntry
from followupd.reading.platforms import LabelEntry, PlatformEntry
from followupd.rulesource import RuleSource

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
"""The dialect that the YAML servers of editors know best."""

TABLES: dict[str, type[BaseModel]] = {
    "calendar": CalendarEntry,
    "catalogue": CatalogueEntry,
    "conventions": drafting.ConventionEntry,
    "countries": CountryEntry,
    "country_names": PlaceEntry,
    "deciders": drafting.DeciderEntry,
    "draft_limits": drafting.LimitsEntry,
    "draft_words": drafting.WordListEntry,
    "families": FamilyEntry,
    "festivals": FestivalEntry,
    "folders": FolderNames,
    "form_labels": LabelEntry,
    "kinds": judging.KindEntry,
    "letters": Examples,
    "limits": LimitsEntry,
    "markets": MarketEntry,
    "moves": MoveEntry,
    "phrases": PhraseEntry,
    "platforms": PlatformEntry,
    "providers": Provider,
    "push": drafting.PushEntry,
    "quoting": QuotingEntry,
    "replies": ReplyEntry,
    "risk": judging.RiskEntry,
    "roles": judging.RoleEntry,
    "said": Examples,
    "seasons": SeasonEntry,
    "signals": judging.SignalEntry,
    "stages": StageEntry,
    "texts": TextEntry,
    "themes": drafting.ThemeEntry,
    "titles": drafting.TitleEntry,
    "topics": TopicEntry,
    "trade_words": TradeWordEntry,
    "wording": drafting.FieldEntry,
}
"""Table, or the directory of its tables (``phrases`` of ``phrases/en``) > model of an entry."""


def schema_of(table: str) -> str:
    """The name of the schema of a rule table: ``phrases`` for ``phrases/en``."""
    return table.partition("/")[0]


def schemas(source: RuleSource) -> dict[str, Schema]:
    """All schemas by name. ``source``: the shipped rules; entries known there may be named in part, new ones in whole."""
    found = {name: _of_table(name, model, _known(source, name)) for name, model in TABLES.items()}
    found["languages"] = _of_languages()
    found["facts"] = _of_facts()
    found["config"] = _described(Config, Config.model_json_schema())
    found["stories"] = _described(StoryEntry, TypeAdapter(tuple[StoryEntry, ...]).json_schema())
    for name, schema in found.items():
        schema.setdefault("title", f"followupd {name}")
        schema["$schema"] = DRAFT
    del found["config"]["properties"]["path"]
    return dict(sorted(found.items()))


def modeline(table: str, root: str = "") -> str:
    """The first line of a file of rules, by which editors find its schema. ``root``: what leads from it to the rules."""
    return f"# yaml-language-server: $schema={root or '../' * table.count('/')}schema/{schema_of(table)}.json"


def write_schemas(directory: Path, source: RuleSource) -> list[Path]:
    """Write all schemas as ``directory/NAME.json``; returns the files that changed."""
    directory.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, schema in schemas(source).items():
        path, text = directory / f"{name}.json", json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def _known(source: RuleSource, name: str) -> list[str]:
    """Ids that the shipped tables of that name have."""
    tables = [t for t in source.tables if schema_of(t) == name]
    return sorted({id for t in tables for id in source.tables[t]})


def _of_table(name: str, model: type[BaseModel], known: Iterable[str]) -> Schema:
    """Ids to entries: a known id may name some keys only, a new one must be whole."""
    whole = _described(model, model.model_json_schema())
    definitions = whole.pop("$defs", {})
    whole["properties"]["enabled"] = {"type": "boolean", "description": "false switches the entry off"}
    part = {key: value for key, value in whole.items() if key != "required"}
    ids = {id: {"$ref": "#/$defs/part"} for id in known}
    return {
        "title": f"followupd {name}",
        "type": ["object", "null"],
        "properties": ids,
        "additionalProperties": {"$ref": "#/$defs/whole"},
        "$defs": {**definitions, "part": part, "whole": whole},
    }


def _of_languages() -> Schema:
    """A language file has parts of different shape: ``offer_dat`` is an ``offer`` in another case."""
    definitions: Schema = {}
    patterns: Schema = {}
    for kind, model in languages.KINDS.items():
        part = _described(model, model.model_json_schema())
        definitions |= part.pop("$defs", {})
        part.pop("required", None)
        if part.get("type") == "object" and "properties" in part:
            part["properties"]["enabled"] = {"type": "boolean"}
        definitions[kind] = part
        patterns[f"^{kind}(_|$)"] = {"$ref": f"#/$defs/{kind}"}
    shape: Schema = {"type": ["object", "null"], "patternProperties": patterns, "additionalProperties": False}
    return {**shape, "$defs": definitions}


def _of_facts() -> Schema:
    """Ids to facts; ``kind`` tells which keys a fact has."""
    entry: Any = TypeAdapter(Annotated[FactEntry, Field(discriminator="kind")]).json_schema()
    definitions: Schema = entry.pop("$defs")
    for model in dict.fromkeys(FACT_MODELS.values()):
        own = {"title": model.__name__, **definitions[model.__name__]}
        definitions[model.__name__] = _described(model, own)
        definitions[model.__name__]["properties"]["enabled"] = {"type": "boolean"}
    plain = {"oneOf": entry["oneOf"]}
    return {"type": ["object", "null"], "additionalProperties": plain, "$defs": definitions}


# ---- what the models say of themselves -----------------------------------------------------------


def _described(model: type[BaseModel], schema: Schema) -> Schema:
    """Put the sentences below each field of the models into the schema, where an editor shows them."""
    for one in _models(model, set()):
        place = schema if one.__name__ == schema.get("title") else schema.get("$defs", {}).get(one.__name__)
        for name, text in _sentences(one).items():
            held = (place or {}).get("properties", {})
            field = one.model_fields.get(name)
            key = field.alias if field and field.alias else name
            if key in held:
                held[key] = {"description": text, **held[key]}
    tidy: Schema = _tidy(schema)
    return tidy


def _tidy(value: Any) -> Any:
    """Without titles that only say the name again, nor names of papers that users do not have."""
    if isinstance(value, str):
        return re.sub(r"\s*\((?:DOMAIN|DESIGN)[^)]*\)", "", value)
    if isinstance(value, dict):
        inside = {k: _tidy(v) for k, v in value.items()}
        return {k: v for k, v in inside.items() if not (k == "title" and isinstance(v, str) and "type" in inside)}
    return [_tidy(v) for v in value] if isinstance(value, list) else value


def _models(annotation: Any, seen: set[type]) -> Iterator[type[BaseModel]]:
    """A model and all models that its fields speak of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from _models(field.annotation, seen)
    for inner in get_args(annotation):
        yield from _models(inner, seen)


def _sentences(model: type[BaseModel]) -> dict[str, str]:
    """The sentence that stands below a field in the source."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if base.__module__.startswith("followupd"):
            body = _body_of(base)
            for field, below in pairwise(body):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and (said := _text(below)):
                    found[field.target.id] = said
    return found


def _body_of(model: type) -> list[ast.stmt]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    except OSError:
        return []  # made by pydantic, not written
    return tree.body if isinstance(tree, ast.ClassDef) else []


def _text(statement: ast.stmt) -> str:
    """The text of a statement that is nothing but a text."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    held = value.value if isinstance(value, ast.Constant) else None
    return " ".join(held.split()).replace("``", "'") if isinstance(held, str) else ""
