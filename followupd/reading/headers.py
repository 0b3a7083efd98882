"""Which headers does judging ask for?

Everything else of a header block is forgotten after reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from email.message import Message as EmailMessage

from followupd.reading.normal import one_line

KEPT = frozenset(
    """
    auto-submitted precedence x-autoreply x-autorespond x-auto-response-suppress x-failed-recipients list-id
    list-unsubscribe list-post return-path authentication-results received-spf dkim-signature reply-to sender x-mailer
    user-agent x-spam-flag x-spam-status content-type feedback-id x-original-message-id delivered-to x-original-to
    resent-from x-forwarded-for x-forwarded-to x-loop x-campaign x-mailgun-sid x-ms-exchange-organization-authas
    thread-topic importance x-priority bcc organization x-originating-ip x-ms-exchange-inbox-rules-loop x-vacation x-followupd
    feedback-type
    """.split()
)
MAX_KEPT = 40
MAX_VALUE = 1000


def keep(message: EmailMessage) -> tuple[tuple[str, str], ...]:
    """Names lower-case, values decoded where that is safe, unfolded and clean; topmost first."""
    found = ((n.lower(), v) for n, v in _items(message) if n.lower() in KEPT)
    return tuple((name, one_line(str(value), MAX_VALUE)) for name, value in found)[:MAX_KEPT]


def _items(message: EmailMessage) -> Iterable[tuple[str, object]]:
    try:
        return list(message.raw_items())
    except (ValueError, TypeError):
        return []
