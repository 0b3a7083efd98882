"""The invented mails of tests/judging/data: read, made into Messages, and compared with what is expected."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from followupd.lab.inputs import message_of
from followupd.model import Attachment, Judgement, Message, Own
from followupd.yamlfile import read_yaml

DATA = Path(__file__).parent / "data"
OWN = Own(frozenset({"sales@factory.example"}), frozenset({"factory.example"}), ("Amy Chen", "Good Factory"))
DEFAULTS: dict[str, dict[str, list[str]]] = {
    "genuine": {"kind": ["inquiry"], "verdict": ["genuine", "likely"], "risk": ["none"]},
    "doubtful": {"kind": ["inquiry"], "risk": ["none"]},
    "selling": {"risk": ["none"]},
    "danger": {},
    "machines": {"risk": ["none"]},
}


@dataclass(frozen=True)
class Invented:
    """One mail of a data file, and what must be said of it: axis > one of these values."""

    file: str
    id: str
    message: Message
    expect: dict[str, list[str]]

    def wrong(self, judged: Judgement) -> dict[str, str | None]:
        """Axes on which something else was said."""
        said = {
            "kind": judged.kind.value,
            "verdict": judged.verdict.value if judged.verdict else None,
            "risk": judged.risk.value,
        }
        return {axis: said[axis] for axis, held in self.expect.items() if said[axis] not in held}


@cache
def mails() -> tuple[Invented, ...]:
    """All of them, in the order of the files."""
    return tuple(_invented(name, id, data) for name in DEFAULTS for id, data in _entries(name).items())


def _entries(name: str) -> dict[str, Any]:
    entries = read_yaml(DATA / f"{name}.yaml").data
    assert isinstance(entries, dict)
    return entries


def _invented(name: str, id: str, data: dict[str, Any]) -> Invented:
    expect = {axis: [held] if isinstance(held, str) else held for axis, held in data.get("expect", {}).items()}
    to = data.get("to", "sales@factory.example")
    message = message_of({**data, "to": to}, f"{id}@invented.example", OWN)
    attached = tuple(Attachment(a["filename"], a["content_type"]) for a in data.get("attachments", ()))
    return Invented(name, id, replace(message, attachments=attached), {**DEFAULTS[name], **expect})
