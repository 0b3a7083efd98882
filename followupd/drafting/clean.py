"""What is left of a string from a mail once it can do no harm in a header, a sentence or a terminal?

Reading has cleaned its texts already; drafting does not lean on that, since this is the last room before the wire.
"""

from __future__ import annotations

import re
import unicodedata

_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}")
_MSG_ID = re.compile(r"[!-;=?-~]{1,250}")
_LINK = re.compile(r"https?:|www\.|://|\b[\w-]+\.(?:com|net|org|info|biz|top|ru|cn|io|xyz)\b|@", re.IGNORECASE)


def one_line(text: str, limit: int = 1000) -> str:
    """``text`` on one line of at most ``limit`` characters: no control, format or surrogate ones, single spaces."""
    kept = (
        " " if _breaks(c) else c for c in text[: 4 * limit] if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"}
    )
    return " ".join("".join(kept).split())[:limit].strip()


def lines(text: str) -> list[str]:
    """The lines of a text without control or format characters; tabs become spaces, ends are stripped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return [
        "".join(c for c in line if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}).rstrip()
        for line in text.split("\n")
    ]


def email(address: str) -> str:
    """The address if it can stand in a header as it is (RFC 5321 dot-string, ASCII, at most 254), else ``""``."""
    address = address.strip().lower()
    return address if len(address) <= 254 and _EMAIL.fullmatch(address) else ""


def message_id(value: str) -> str:
    """A Message-ID without brackets that can stand in a header, else ``""``; our stand-ins for missing ids are none."""
    value = value.strip().strip("<>")
    return value if _MSG_ID.fullmatch(value) and not value.endswith("@missing.invalid") else ""


def has_link(text: str) -> bool:
    """Does a value carry an address of the net or of mail?"""
    return bool(_LINK.search(text))


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"}
