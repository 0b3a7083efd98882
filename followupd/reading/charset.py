"""Which letters do these bytes stand for, when nobody says so or what is said is wrong?

What is declared counts where it decodes; Chinese and Windows sets are read as their supersets, as mail programs mean
them. Else UTF-8, ISO-2022 by its escapes, and a guess from how the high bytes lie. Never raises.
"""

from __future__ import annotations

import codecs
import re

_MEANT = {
    "gb18030": "gb2312 gbk x-gbk cp936 gb_2312-80 gb2312-80",
    "cp1252": "iso-8859-1 latin1 iso8859-1",
    "utf-8": "us-ascii ascii ansi_x3.4-1968 utf8",
    "cp1254": "iso-8859-9",
    "cp1255": "iso-8859-8-i iso-8859-8",
    "iso-8859-6": "iso-8859-6-i",
    "cp949": "ks_c_5601-1987 ks_c_5601 euc-kr",
    "cp932": "shift_jis shift-jis x-sjis",
    "big5hkscs": "big5 x-big5",
    "cp874": "iso-8859-11 tis-620 windows-874",
    "utf-7": "unicode-1-1-utf-7",
    "utf-16": "unicode",
    "mac_roman": "x-mac-roman macintosh",
    "": "x-unknown unknown-8bit default binary x-user-defined",
}
_WIDER = {said: meant for meant, names in _MEANT.items() for said in names.split()}
_ESCAPED = re.compile(rb"\x1b(?:\$[@B]|\([BIJ])")
_HIGH = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 20_000


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``. ``declared`` is a charset name as the mail says it, any case, may be nonsense."""
    if data.isascii() and not _ESCAPED.search(data):
        name = known(declared)
        return data.decode(name if name in ("utf-7", "hz", "utf-16") else "ascii", "replace")
    escaped = "iso2022_jp" if _ESCAPED.search(data) and not known(declared).startswith(("iso-2022", "iso2022")) else ""
    for name in dict.fromkeys((escaped, known(declared), "utf-8")):
        text = _strictly(data, name)
        if text is not None:
            return text
    return data.decode(_guess(data, known(declared)), "replace")


def known(declared: str) -> str:
    """The codec to use for a declared name; ``""`` for one that Python does not know or that is no text encoding."""
    name = declared.strip().strip("'\"").lower()
    name = _WIDER.get(name, name)
    try:
        info = codecs.lookup(name) if name and len(name) < 40 else None
    except (LookupError, ValueError):
        return ""
    return name if info is not None and info._is_text_encoding else ""


def _strictly(data: bytes, name: str) -> str | None:
    """Decoded without a single fault, or with one that a cut mail has at its end."""
    if not name:
        return None
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4 and len(data) > 100:
            return data.decode(name, "ignore")
    except (LookupError, ValueError):
        pass
    return None


def _guess(data: bytes, declared: str) -> str:
    """A codec by the shape of the high bytes; what was declared when most of them decode."""
    sample = data[:_SAMPLE]
    if declared:
        faults = sample.decode(declared, "replace").count("\ufffd")
        if faults * 20 <= len(re.findall(rb"[\x80-\xff]", sample)):
            return declared
    if _ESCAPED.search(sample):
        return "iso2022_jp"
    runs = _HIGH.findall(sample)
    high = b"".join(runs)
    if not runs or len(high) < 1.6 * len(runs):
        return "cp1252"
    pairs = sum(1 for run in runs if len(run) % 2 == 0) / len(runs)
    first = high[::2]
    if pairs > 0.8 and sum(0xB0 <= b <= 0xD7 for b in first) > 0.5 * len(first):
        return "gb18030"
    if sum(b >= 0xE0 for b in high) > 0.6 * len(high):
        return "cp1251"
    return "koi8-r" if sum(0xC0 <= b <= 0xDF for b in high) > 0.6 * len(high) else "cp1252"
