"""Did this mail to a buyer go out, certainly not, or perhaps?

Only what a person laid into the folder for sending comes here, and work/ has looked at it (law 5). Every recipient must be
taken before the text is said, so that none of them gets it alone. From then on only a plain yes or no of the server counts:
whatever else happens, nobody knows, and that is what is told.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from followupd.drafting.clean import email
from followupd.errors import FollowupdError, HostileInput, Problem, UserError
from followupd.notify.smtp import SmtpSettings, deliver
from followupd.secrets import Secret

if TYPE_CHECKING:
    import aiosmtplib


class Went(Enum):
    """What became of it."""

    SENT = "sent"
    REFUSED = "refused"
    """Certainly not sent, and trying again would not help."""
    LATER = "later"
    """Certainly not sent; the server, the login or the way there asks for patience."""
    UNKNOWN = "unknown"
    """The text was said and the answer was lost."""


def post(
    settings: SmtpSettings, secret: Secret | None, raw: bytes, to: tuple[str, ...], sure: Callable[[], None]
) -> tuple[Went, str]:
    """Hand one mail to the server. ``sure`` is called right before the text is said; what it raises stops everything."""
    import asyncio

    if not to or not settings.sender or any(email(a) != a for a in (*to, settings.sender)):
        raise HostileInput("an address that cannot stand in an envelope")
    went, said = Went.LATER, ""

    async def talk(client: aiosmtplib.SMTP) -> None:
        nonlocal went
        await _envelope(client, settings.sender, raw, to)
        sure()
        went = Went.UNKNOWN
        went = await _text(client, raw)

    try:
        asyncio.run(deliver(settings, secret, talk))
    except FollowupdError as error:
        said = str(error)
        if went is Went.LATER and isinstance(error, UserError) and error.exit_code == UserError.exit_code:
            went = Went.REFUSED
    return went, said


async def _envelope(client: aiosmtplib.SMTP, sender: str, raw: bytes, to: tuple[str, ...]) -> None:
    """From whom and to whom; raises at the first recipient that the server does not take."""
    await client._ehlo_or_helo_if_needed()
    eight = not raw.isascii()
    if eight and not client.supports_extension("8bitmime"):
        raise UserError(Problem("", "the server takes no 8-bit mail and this one is", "send it with your mail client"))
    await client.mail(sender, options=["BODY=8BITMIME"] if eight else [])
    for address in to:
        await client.rcpt(address)


async def _text(client: aiosmtplib.SMTP, raw: bytes) -> Went:
    """Say the text. A refusal in figures is a plain no."""
    import aiosmtplib

    try:
        await client.data(raw)
    except aiosmtplib.SMTPResponseException as error:
        if 400 <= error.code < 500:
            return Went.LATER
        if 500 <= error.code < 600:
            return Went.REFUSED
        raise
    return Went.SENT
