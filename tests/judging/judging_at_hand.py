"""The shipped rules and a mail by hand, for tests of judging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from followupd.judging.reply_tables import ReplyRules
from followupd.judging.term_tables import TermRules
from followupd.model import Address, Direction, Message
from followupd.rulesource import Entry, RuleSource, read_rules
from followupd.yamlfile import parse_yaml

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Tables:
    """The two tables that terms and replies ask for."""

    phrases: TermRules
    replies: ReplyRules


@cache
def tables() -> Tables:
    source = read_rules()
    return Tables(TermRules.build(source), ReplyRules.build(source))


def mail(
    text: str,
    *,
    subject: str = "",
    language: str = "en",
    date: datetime = MONDAY,
    direction: Direction = Direction.OUT,
    whole: str = "",
    **more: object,
) -> Message:
    fields = {
        "id": "m1@test",
        "sender": Address("someone@example.org"),
        "text": whole or text,
        "new_text": text,
        **more,
    }
    return Message(direction=direction, date=date, subject=subject, language=language, **fields)  # type: ignore[arg-type]


def source(table: str, text: str) -> RuleSource:
    """One table of rules, as if it had been read from rules/<table>.yaml."""
    file = parse_yaml(text, f"rules/{table}.yaml")
    return RuleSource({table: {id: Entry(id, data, ((file, (id,)),)) for id, data in file.data.items()}})
