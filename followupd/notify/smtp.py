"""How does a mail reach the owner, and nobody else?

aiosmtplib behind one ``asyncio.run``. TLS is verified; without TLS only this very machine is spoken to. Every recipient
in every header is compared with the owner before a connection is made (law 5); the envelope holds the owner alone. Only
post.py, for what a person laid into the folder for sending, uses the same connection for somebody else.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from typing import TYPE_CHECKING, Literal

from followupd.drafting.clean import email, one_line
from followupd.errors import FollowupdError, HostileInput, LinkLost, LoginRefused, Problem, TryAgain, UserError
from followupd.loopback import is_loopback
from followupd.secrets import Bearer, Secret, redact

if TYPE_CHECKING:
    import aiosmtplib

RECIPIENT_HEADERS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")


Security = Literal["tls", "starttls", "none"]
"""From the first octet (465); upgraded before anything is said (587), a server that does not offer it is left at once;
or not at all, which only this very machine is spoken to with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Which server takes our mail. ``username`` empty: no AUTH. ``timeout`` in seconds, for each step."""

    host: str
    port: int = 465
    security: Security = "tls"
    username: str = ""
    timeout: float = 20.0
    ca_file: str | None = None
    """Certificates to trust beside the system's, for a server of one's own."""
    sender: str = ""
    """Envelope sender; the From of the mail when empty."""


Talk = Callable[["aiosmtplib.SMTP"], Awaitable[None]]
"""What is said once we are logged in."""


def send(settings: SmtpSettings, secret: Secret | None, message: EmailMessage, owner: str) -> None:
    """Hand one mail for the owner to the server; returns when the server took it.

    Raises HostileInput when anybody but the owner would get it, LoginRefused, UserError when the server refuses the
    mail or the settings are unsafe, LinkLost when it cannot be reached, TryAgain when it asks to come back later.
    """
    to = only_owner(message, owner)
    sender = email(settings.sender or _one_address(message, "from"))
    if not sender:
        raise HostileInput("the mail has no sender that could stand in an envelope")
    import asyncio

    raw = message.as_bytes()

    async def hand_over(client: aiosmtplib.SMTP) -> None:
        await client.sendmail(sender, [to], raw)

    asyncio.run(deliver(settings, secret, hand_over))


def probe(settings: SmtpSettings, secret: Secret | None) -> None:
    """Connect, secure, log in and say goodbye, without any mail. Raises what :func:`send` raises."""
    import asyncio

    asyncio.run(deliver(settings, secret, None))


def only_owner(message: EmailMessage, owner: str) -> str:
    """The owner's address, if the mail goes there and nowhere else. Raises HostileInput."""
    to = email(owner)
    found = [address for header in RECIPIENT_HEADERS for address in _addresses(message, header)]
    strangers = sorted({one_line(a, 80) for a in found if a.strip().lower() != to})
    if not to or strangers or not found:
        whom = ", ".join(strangers) or "nobody"
        raise HostileInput(f"followupd writes to its owner only; this mail is addressed to {whom}")
    return to


def _addresses(message: EmailMessage, header: str) -> list[str]:
    return [address for _, address in getaddresses([str(v) for v in message.get_all(header, [])])]


def _one_address(message: EmailMessage, header: str) -> str:
    found = _addresses(message, header)
    return found[0] if len(found) == 1 else ""


async def deliver(settings: SmtpSettings, secret: Secret | None, talk: Talk | None) -> None:
    """Connect, secure, log in, ``talk``, say goodbye. Raises what :func:`send` raises."""
    import asyncio

    import aiosmtplib

    if settings.security == "none" and not is_loopback(settings.host):
        problem = Problem("smtp.security", f"{settings.host} would be spoken to without TLS", "use tls or starttls")
        raise UserError(problem)
    client = aiosmtplib.SMTP(
        hostname=settings.host,
        port=settings.port,
        timeout=settings.timeout,
        use_tls=settings.security == "tls",
        start_tls=settings.security == "starttls",
        tls_context=_trust(settings) if settings.security != "none" else None,
    )
    try:
        async with asyncio.timeout(4 * settings.timeout):
            await _converse(client, settings, secret, talk)
    except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
        raise _explain(settings, error) from None
    finally:
        client.close()


async def _converse(
    client: aiosmtplib.SMTP, settings: SmtpSettings, secret: Secret | None, talk: Talk | None
) -> None:
    """Connect, log in, hand over. A fault while saying goodbye is no fault: the server has the mail."""
    import aiosmtplib

    await client.connect()
    if settings.username and isinstance(secret, Bearer):
        await client.ehlo()
        if "xoauth2" not in client.server_auth_methods:
            raise aiosmtplib.SMTPNotSupported("the server takes no OAuth2 sign-in (AUTH XOAUTH2)")
        await client.auth_xoauth2(settings.username, secret.reveal())
    elif settings.username:
        await client.login(settings.username, secret.reveal() if secret else "")
    if talk is not None:
        await talk(client)
    try:
        await client.quit()
    except (aiosmtplib.SMTPException, OSError, TimeoutError):
        return


def _trust(settings: SmtpSettings) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(settings.ca_file)
        except OSError as error:
            problem = Problem(settings.ca_file, f"holds no certificates that can be read: {error.strerror}")
            raise UserError(problem) from None
    return context


def _explain(settings: SmtpSettings, error: Exception) -> FollowupdError:
    """Each fault of the library as one of ours; no traceback of it goes on, because its frames hold the password."""
    import aiosmtplib

    where = f"{settings.host}:{settings.port}"
    what = one_line(redact(str(error)), 300) or type(error).__name__
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code < 500:
        return TryAgain(f"{where}: {what}")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        hint = "check user and password; many providers want an app password or authorisation code"
        return LoginRefused(Problem(where, f"refused the login: {what}", hint))
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return UserError(Problem(where, what, "does the server offer STARTTLS and AUTH on this port?"))
    code = _code(error)
    if 500 <= code < 600:
        return UserError(Problem(where, f"refused the mail: {what}"))
    if 400 <= code < 500:
        return TryAgain(f"{where}: {what}")
    return LinkLost(f"{where}: {what}")


def _code(error: Exception) -> int:
    """The server's answer in figures, 0 where the fault is not an answer."""
    import aiosmtplib

    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return max((r.code for r in error.recipients), default=0)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return int(error.code)
    return 0
