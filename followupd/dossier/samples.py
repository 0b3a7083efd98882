"""Which samples were asked for, are on their way or have arrived?

The user's own word goes before what mail tells, until the buyer writes again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from followupd.model import Facts, Thread, Word, WordKind

STAGES = ("sample_pending", "sample_sent", "sample_delivered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Where the samples of one thread stand. Texts are as they stood in mail, not yet fit for a terminal."""

    thread: str
    buyer: str
    stage: str
    """One of STAGES."""
    parcel: str = ""
    """Courier and number as the user noted them, or the words of the mail."""
    arrives: date | None = None
    told_by: str = "mail"
    """``you`` or ``mail``."""
    at: datetime | None = None
    """When that was said, UTC."""


def sample_of(thread: Thread, facts: Facts, words: Iterable[Word], zone: str) -> Sample | None:
    """The samples of a thread; None where no sample is spoken of. ``words``: those on this thread; ``zone``: the user's own days."""
    stages = (w for w in words if w.kind is WordKind.STAGE and w.scope == "thread")
    said = max(stages, key=lambda w: w.at, default=None)
    if said is not None and (facts.last_in is None or said.at >= facts.last_in):
        found = Sample(
            thread=thread.id, buyer=facts.buyer.address.email, stage=said.value, parcel=said.note,
            arrives=said.until.astimezone(ZoneInfo(zone)).date() if said.until else None, told_by="you", at=said.at,
        )  # fmt: skip
    else:
        found = Sample(
            thread=thread.id, buyer=facts.buyer.address.email, stage=facts.stage, parcel=facts.stage_evidence,
            arrives=facts.arrives if facts.stage == "sample_sent" else None, at=facts.last_out,
        )  # fmt: skip
    return found if found.stage in STAGES else None
