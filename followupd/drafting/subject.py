"""Under which subject does an answer go out? The buyer's own, with one ``Re:``, never a new one inside a thread."""

from __future__ import annotations

import re

from followupd.drafting.clean import one_line
from followupd.drafting.tables import DraftingRules

MAX_SUBJECT = 250


def reply_subject(subject: str, rules: DraftingRules) -> str:
    """``Re: `` and the subject without the reply marks (Re:, AW:, Re[2]:, 回复：) it already carries; Fwd: stays."""
    rest = one_line(subject, MAX_SUBJECT)
    while cut := re.match(r"([^\W\d_]{1,8})\s*(?:[\[(]\d{1,3}[\])]|\^\d{1,3}|\d{1,2})?\s*[:：]\s*", rest):
        if not rules.holds("reply_prefixes", cut[1]):
            break
        rest = rest[cut.end() :]
    return f"Re: {rest}".strip()
