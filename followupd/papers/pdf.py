"""What does a PDF say, with its columns kept apart by blanks? (pypdf)"""

from __future__ import annotations

import io
import logging

MAX_PAGES = 8
MAX_TEXT = 60_000
MAX_STREAM = 8_000_000
"""Octets that one compressed stream may become."""


def pdf_text(data: bytes) -> str:
    """The text of the first pages as it is laid out. An encrypted file opens with the empty password or not at all."""
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        reader.decrypt("")
    pages: list[str] = []
    for page in reader.pages[:MAX_PAGES]:
        pages.append(page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False))
        if sum(map(len, pages)) > MAX_TEXT:
            break
    return "\n\n".join(pages)[:MAX_TEXT]
