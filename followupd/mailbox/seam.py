"""What can go wrong on a connection, and what is it called in our house?

The only place that knows the exceptions of imapclient, imaplib, ssl and sockets. Their texts may hold whatever a server
sent, so they are cleaned and cut.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import exceptions

from followupd.errors import LinkLost, TryAgain


class SaidNo(TryAgain):
    """The server answered NO or BAD; the connection stands."""


def shown(error: object) -> str:
    """A server's words, fit for a log line."""
    text = re.sub(r"^b?['\"]|['\"]$", "", str(error))
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip() or type(error).__name__


class ReadOnly(SaidNo):
    """The folder opens for reading only; the connection stands."""


@contextmanager
def seam(doing: str) -> Iterator[None]:
    """Turn whatever goes wrong while ``doing`` into LinkLost or SaidNo."""
    try:
        yield
    except imaplib.IMAP4.readonly:  # imaplib counts it among the lost connections, and nothing is lost
        raise ReadOnly(f"{doing}: the folder opens for reading only") from None
    except (exceptions.IMAPClientAbortError, imaplib.IMAP4.abort, EOFError) as error:
        raise LinkLost(f"{doing}: the connection was cut: {shown(error)}") from None
    except exceptions.ProtocolError as error:
        raise LinkLost(f"{doing}: the server does not speak IMAP: {shown(error)}") from None
    except (exceptions.IMAPClientError, imaplib.IMAP4.error) as error:
        raise SaidNo(f"{doing}: the server refused: {shown(error)}") from None
    except TimeoutError:
        raise LinkLost(f"{doing}: no answer in time") from None
    except ssl.SSLCertVerificationError as error:
        why = getattr(error, "verify_message", "") or shown(error)
        raise LinkLost(f"{doing}: the certificate is not trusted ({why}); the password was not sent; your own server's goes into ca_file") from None
    except ssl.SSLError as error:
        raise LinkLost(f"{doing}: TLS failed: {shown(error.reason or error)}") from None
    except socket.gaierror as error:
        raise LinkLost(f"{doing}: the host name cannot be found: {shown(error.strerror)}") from None
    except (OSError, ValueError, ArithmeticError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        # A hostile or broken answer can trip the client library anywhere: the stream cannot be trusted any more.
        raise LinkLost(f"{doing}: {type(error).__name__}: {shown(error)}") from None
