"""How does text look before anybody judges it?

NFC, LF line ends, no control, zero-width or bidi characters, digits of every script as ASCII, special spaces as spaces.
What hides words from a reader hides nothing from us, and what could steer a terminal is gone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffc\U000e0000-\U000e007f]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_DIGITS = re.compile(r"[^\x00-\x7f]")
_SHIFTED = "\x1b$"
_MIXED = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]{2,80}")
_LATIN = re.compile(r"[A-Za-z]")
_STYLED = re.compile("[\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001d400-\U0001d7ff\u2100-\u214f]")
_LOOKALIKES = str.maketrans(
    "аеіјорсухһԁԛԝѕѵӏАВЕІЈКМНОРСТУХЅԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινορυγ",
    "aeijopcyxhdqwsvlABEIJKMHOPCTYXSQWABEZHIKMNOPTYXaivopuy",
)
"""Cyrillic and Greek letters that look like Latin ones (Unicode TR 39, the common ones), each for one letter."""


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


def fold(word: str) -> str:
    """A word without case, to look it up where a search without regard to case found it.

    Such a search takes the Turkish letters İ and ı for i, and casefold does not: "İzmir" and "KASIM" must find theirs.
    """
    return word.casefold().replace("i\u0307", "i").replace("\u0131", "i")


@lru_cache(maxsize=32)
def plain_letters(text: str) -> str:
    """The text for matching, never for showing: letters that only look Latin become Latin. As long as ``text``.

    Only words that mix scripts are changed, so Russian and Greek stay what they are.
    """
    if text.isascii():
        return text
    return _MIXED.sub(_unmasked, _STYLED.sub(_unstyled, text))


def _unmasked(match: re.Match[str]) -> str:
    word = match[0]
    return word.translate(_LOOKALIKES) if not word.isascii() and _LATIN.search(word) else word


def _unstyled(match: re.Match[str]) -> str:
    plain = unicodedata.normalize("NFKC", match[0])
    return plain if len(plain) == 1 else match[0]


def _digit(match: re.Match[str]) -> str:
    char = match[0]
    return str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char


def _japanese(text: str) -> str:
    """ISO-2022-JP that reached us undecoded, escape sequences and all."""
    try:
        return text.encode("ascii", "ignore").decode("iso2022_jp", "replace")
    except (UnicodeError, LookupError):
        return text
