"""Small makers of messages and records for the tests of store and notify."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from followupd.model import Address, Direction, DraftRecord, Message, Own

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WE = Address("li.wei@brightlamp.example", "Li Wei")
ANNA = Address("a.schmidt@lichthaus.example", "Anna Schmidt")
OWN = Own(frozenset({WE.email}), frozenset({"brightlamp.example"}))


def mail(id: str, *refs: str, day: float = 0, ours: bool = False, buyer: Address = ANNA, **more: Any) -> Message:
    subject = more.pop("subject", "LED work lamps")
    base: dict[str, Any] = {
        "id": id,
        "direction": Direction.OUT if ours else Direction.IN,
        "date": NOW + timedelta(days=day),
        "sender": WE if ours else buyer,
        "to": (buyer,) if ours else (WE,),
        "subject": f"Re: {subject}" if refs else subject,
        "base_subject": subject.casefold(),
        "in_reply_to": refs[-1:],
        "references": refs,
        "text": f"text of {id}",
        "new_text": f"text of {id}",
    }
    return Message(**{**base, **more})


def record(token: str = "t0", **more: Any) -> DraftRecord:
    base: dict[str, Any] = {
        "token": token,
        "thread_id": "0123456789",
        "turn_id": "q1@brightlamp.example",
        "step": 0,
        "topic": "ask_demand",
        "stage": "quoted",
        "buyer": ANNA.email,
        "message_id": f"{token}@brightlamp.example",
        "subject": "Re: LED work lamps",
        "body_sha256": "0" * 64,
        "created": NOW,
    }
    return DraftRecord(**{**base, **more})
