"""Which attachment of our own mail is a quote, by its name, its type and its size alone?

Nothing is fetched to find out. A catalogue, a certificate or a packing list beside the quote is left where it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_SIZE = 2_000_000
"""Octets of a file that is read at most."""
MAX_FILES = 3
"""Files of one mail that are read at most."""
_KINDS = {
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_UNTYPED = frozenset({"application/octet-stream", "application/binary", "application/x-download", "application/force-download"})
_QUOTE = re.compile(
    r"quot|offer|price|pricing|proforma|pro[ _-]forma|(?<![a-z])(?:p\.?i|qt[nt]?|kp|rfq)(?![a-z])"
    r"|angebot|preis|offre|devis|tarif|cotiza|oferta|presupuesto|precio|cota[cç]|or[cç]amento|proposta|pre[cç]o"
    r"|offert|preventiv|prezz|listino|предложени|прайс|(?<![а-я])кп(?![а-я])|сч[её]т|цен|teklif|fiyat|proforma"
    r"|عرض|سعر|أسعار|اسعار|报价|報價|价格|形式发票",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"catalog|katalog|brochure|leaflet|flyer|certific|zertifi|report|test[ _-]|drawing|zeichnung|data[ _-]?sheet|datenblatt|"
    r"manual|packing|spec(?:ification)?s?[ _.-]|commercial[ _-]invoice|licen[cs]e|profile|b[ _-]?l[ _-]copy|目录|证书|报告|图纸|装箱",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file of ours as attached, its transfer encoding undone. ``kind`` is pdf or xlsx."""

    filename: str
    kind: str
    content: bytes


def kind_of_quote(filename: str, content_type: str, size: int) -> str:
    """``pdf`` or ``xlsx`` when this looks like a quote of readable size, else an empty text. ``size`` as transferred."""
    kind = _kind(filename, content_type.lower())
    if not kind or size > MAX_SIZE * 4 // 3 + 4096 or _OTHER.search(filename) or not _QUOTE.search(filename):
        return ""
    return kind


def _kind(filename: str, content_type: str) -> str:
    """By type; by ending where the type says nothing. A type that says otherwise is believed."""
    ending = filename.lower().rpartition(".")[2]
    kind = _KINDS.get(content_type, "")
    if kind or content_type not in _UNTYPED:
        return kind
    return ending if ending in {"pdf", "xlsx"} else ""
