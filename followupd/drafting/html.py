"""What does the HTML side of a draft look like, for a thread that is written in HTML?

Our paragraphs, the signature and the quoted mail as escaped text: no image, no link, no style sheet, nothing that is fetched
when the draft is opened. What the buyer's HTML held is quoted as its text only.
"""

from __future__ import annotations

from html import escape
from itertools import groupby

from followupd.drafting.flow import Line
from followupd.drafting.languages import Language

QUOTE = "margin:0 0 0 .8ex;border-inline-start:1px solid #ccc;padding-inline-start:1ex"
"""The bar beside a quoted mail; it stands on the side on which the text begins."""


def html_of(body: str, close: list[str], history: list[Line], language: Language) -> str:
    """The page. ``body`` holds paragraphs, ``close`` sign-off and signature, ``history`` the attribution and quoted lines."""
    direction = "rtl" if language.text.right_to_left else "ltr"
    parts = [_paragraph(paragraph.split("\n")) for paragraph in body.split("\n\n")]
    for block in _blocks(close):  # a telephone number alone would run backwards among lines from right to left
        parts += [_paragraph([row], ' dir="auto"') for row in block] if direction == "rtl" else [_paragraph(block)]
    return (
        f'<!DOCTYPE html>\n<html lang="{language.id}" dir="{direction}">\n'
        '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>\n'
        f'<body dir="{direction}">\n{"".join(parts)}{_quoted(history)}</body>\n</html>\n'
    )


def _paragraph(rows: list[str], direction: str = "") -> str:
    text = "<br>\n".join(escape(row) for row in rows)
    return f"<p{direction}>{text}</p>\n"


def _blocks(rows: list[str]) -> list[list[str]]:
    """Rows by blocks, blank rows between them left out."""
    return [list(block) for full, block in groupby(rows, key=lambda row: bool(row.strip())) if full]


def _quoted(history: list[Line]) -> str:
    """Nested block quotes; each block of a quoted mail runs in the direction of its own first letter."""
    out, depth = [], 0
    for level, lines in groupby(history, key=lambda line: line.depth):
        out.append(
            f'<blockquote type="cite" style="{QUOTE}">\n' * (level - depth) + "</blockquote>\n" * (depth - level)
        )
        out += [_paragraph(block, ' dir="auto"') for block in _blocks([line.text for line in lines])]
        depth = level
    return "".join([*out, "</blockquote>\n" * depth])
