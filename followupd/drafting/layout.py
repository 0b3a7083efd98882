"""What stands around the body: sign-off, signature, the quoted last mail; as plain text always, as HTML where the thread is?"""

from __future__ import annotations

from followupd.drafting.clean import lines
from followupd.drafting.flow import Line, flow
from followupd.drafting.html import html_of
from followupd.drafting.languages import Language
from followupd.drafting.quoteback import quoted
from followupd.model import Identity, Thread

MAX_SIGNATURE = 20


def laid_out(body: str, language: Language, thread: Thread, identity: Identity, quote_lines: int) -> tuple[str, str]:
    """The plain text by RFC 3676, and the HTML page; that one is empty where the mail that is answered was plain text."""
    signature = _signature(identity)
    close = [] if signature and signature[0].rstrip().endswith((",", "،", "，")) else [language.close.sign_off]
    last = thread.messages[-1] if thread.messages else None
    history = quoted(last, identity.timezone, quote_lines, language) if last else []
    own = [*body.split("\n"), "", *close, *signature]
    text = flow([*map(Line, own), *([Line("")] if history else []), *history])
    return text, html_of(body, [*close, *signature], history, language) if last and last.has_html else ""


def _signature(identity: Identity) -> list[str]:
    """The signature as configured, or name, company and phone; no ``-- ``, which would hide the quote below it."""
    given = identity.signature or "\n".join(filter(None, [identity.address.name, identity.company, identity.phone]))
    rows = lines(given.strip("\n"))
    return rows[1 if rows[0] == "--" else 0 :][:MAX_SIGNATURE]
