"""How does text look before anybody judges it?

NFC, LF line ends, no control, zero-width or bidi characters, digits of every script as ASCII, special spaces as spaces.
What hides words from a reader hides nothing from us, and what could steer a terminal is gone.
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U000e0000-\U000e007f]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DIGITS = re.compile(r"[^\x00-\x7f]")
_SHIFTED = "\x1b$"


def normalise(text: str) -> str:
    """Clean text of several lines."""
    if _SHIFTED in text or "\x1b(" in text:
        text = _japanese(text)
    text = _LINE_ENDS.sub("\n", text)
    text = _SPACES.sub(" ", _HIDDEN.sub("", text))
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return _DIGITS.sub(_digit, text) if not text.isascii() else text


def one_line(text: str, limit: int = 1000) -> str:
    """Clean text of one line: every white space becomes a blank."""
    return " ".join(normalise(text[: limit * 4]).split())[:limit]


def _digit(match: re.Match[str]) -> str:
    char = match[0]
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


def _japanese(text: str) -> str:
    """ISO-2022-JP that reached us undecoded, escape sequences and all."""
    try:
        return text.encode("ascii", "ignore").decode("iso2022_jp", "replace")
    except (UnicodeError, LookupError):
        return text
