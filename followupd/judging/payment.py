"""How does the buyer pay, in one short normal form?

``30% TT in advance and the balance against B/L copy`` becomes ``T/T, 30% deposit, 70% against B/L copy``.
"""

from __future__ import annotations

import regex

_METHODS = (
    ("T/T", r"\bT\s?/?\s?T\b|\btelegraphic\s+transfer|\bbank\s+transfer|\bwire\s+transfer"),
    ("L/C", r"\bL\s?/?\s?C\b|\bletters?\s+of\s+credit"),
    ("D/P", r"\bD\s?/\s?P\b|\bDP\s+at\s+sight"),
    ("D/A", r"\bD\s?/\s?A\b"),
    ("O/A", r"\bO\s?/\s?A\b|\bopen\s+account"),
    ("CAD", r"\bCAD\b(?!\s?\d)|\bcash\s+against\s+documents"),
    ("PayPal", r"\bpaypal\b"),
    ("Western Union", r"\bwestern\s+union\b"),
    ("Trade Assurance", r"\btrade\s+assurance\b"),
)
_PERCENT = regex.compile(
    r"(?<!\d)(?P<p>\d{1,3})\s?%(?P<what>[^%;]{0,70}?)(?=[,;.]|\d{1,3}\s?%|\band\b|"
    r"\bbalance\b|\brest\b|$)",
    regex.IGNORECASE,
)
_BALANCE = regex.compile(r"\b(?:balance|rest|remaining|remainder)\b(?P<what>[^.;]{0,60})", regex.IGNORECASE)
_SPLIT = regex.compile(r"(?<![\d/])(?P<a>[1-9]0)\s?/\s?(?P<b>[1-9]0)(?![\d/%])")
_TENOR = regex.compile(r"\bat\s+sight\b|\b(?P<days>\d{2,3})\s*(?:days?|d)\b", regex.IGNORECASE)
_FIRST = regex.compile(
    r"\b(?:deposit|advance|down\s*payment|pre-?pa\w+|up\s*front|with\s+(?:the\s+)?order|"
    r"on\s+order)\b",
    regex.IGNORECASE,
)
_WHEN = regex.compile(
    r"\b(?:before|prior\s+to|against|after|upon|on|by|within|at)\s+[^,;.%\d]{0,45}?\b(?:shipment|shipping|"
    r"delivery|loading|dispatch|"
    r"B\s?/?\s?L(?:\s+copy)?|bill\s+of\s+lading|documents?|inspection|arrival|completion|receipt|sight|"
    r"production|leaving)\b",
    regex.IGNORECASE,
)  # fmt: skip


def payment_of(sentence: str, start: int = 0) -> str:
    """The normal form of the terms of payment in a sentence, from ``start`` on as far as they go; empty if none."""
    text = sentence[max(0, start - 60) : start + 200]
    methods = [name for name, pattern in _METHODS if regex.search(pattern, text, regex.IGNORECASE)]
    methods.sort(key=lambda name: _place(name, text))
    parts = [_with_tenor(name, text) for name in methods]
    parts += _shares(text)
    if not parts:
        net = regex.search(
            r"\b(?:net|credit(?:\s+terms?)?(?:\s+of)?)\s+(\d{2,3})\s*days?|"
            r"\b(\d{2,3})\s*days?\s+(?:net|credit|after\s+[\w/]+)",
            text,
            regex.I,
        )
        if net:
            return f"net {net.group(1) or net.group(2)} days"
        label = regex.search(r"\bpayment(?:\s+terms?)?\s*[:=-]\s*(?P<t>[^.;\n]{3,80})", text, regex.I)
        return " ".join(label.group("t").split()) if label else ""
    return ", ".join(dict.fromkeys(parts))


def _place(name: str, text: str) -> int:
    found = regex.search(dict(_METHODS)[name], text, regex.IGNORECASE)
    return int(found.start()) if found else len(text)


def _with_tenor(name: str, text: str) -> str:
    """Such as "L/C at sight", "D/A 60 days"."""
    if name not in {"L/C", "D/P", "D/A", "O/A"}:
        return name
    rest = text[_place(name, text) : _place(name, text) + 45]
    tenor = _TENOR.search(rest)
    if not tenor:
        return name
    return f"{name} {tenor.group('days')} days" if tenor.group("days") else f"{name} at sight"


def _shares(text: str) -> list[str]:
    """Such as "30% deposit", "70% before shipment"; a balance without a figure gets what is left."""
    out: list[str] = []
    total = 0
    for match in _PERCENT.finditer(text):
        share, what = int(match.group("p")), match.group("what")
        if share > 100 or regex.match(
            r"\s*(?:discount|off|cheaper|less|higher|lower|vat|tax|duty|"
            r"of\s+the\s+goods)\b",
            what,
            regex.I,
        ):
            continue
        out.append(f"{share}% {_moment(what, share, first=not out)}".strip())
        total += share
    if not out:
        split = _SPLIT.search(text)
        if split and int(split["a"]) + int(split["b"]) == 100:
            return [f"{split['a']}% deposit", f"{split['b']}% balance"]
    balance = _BALANCE.search(text)
    if balance and 0 < total < 100:
        out.append(f"{100 - total}% {_moment(balance.group('what'), 100 - total, first=False)}".strip())
    return out


def _moment(what: str, share: int, *, first: bool) -> str:
    when = _WHEN.search(what)
    if _FIRST.search(what) and not when:
        return "deposit" if share < 100 else "in advance"
    if when:
        return " ".join(when.group(0).split())
    return ("deposit" if share < 100 else "in advance") if first else "balance"
