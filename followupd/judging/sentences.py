"""Where does a sentence of a mail begin and end?

Lines that a client wrapped are joined; an empty line, a list mark or a label ends a sentence, too. Greeting, closing and
footer lines are told apart, because they say nothing.
"""

from __future__ import annotations

import regex

CAP = 12_000
"""Characters of one mail that are read at most."""
MAX_SENTENCES = 200

_GREETING = regex.compile(
    r"^\W*(?:dear|hi|hello|hey|good\s+(?:day|morning|afternoon|evening)|greetings|to\s+whom|hola|estimad\w+|bonjour|"
    r"cher\s|chère|sehr\s+geehrte\w*|guten\s+\w+|hallo|buongiorno|gentil\w+|prezad\w+|olá|bom\s+dia|уважаем\w+|здравствуйте|"
    r"добрый\s+\w+|merhaba|sayın|您好|你好|尊敬的|السلام|مرحبا)\b[^.!?\n]{0,45}[,!.:،，。]?\s*$",
    regex.IGNORECASE,
)
_CLOSING = regex.compile(
    r"^\W*(?:(?:with\s+|my\s+)?(?:best|kind|warm|kindest|warmest|many|sincere)?\s*(?:regards|wishes|greetings)|br|b\.?\s?rgds|rgds|"
    r"sincerely|yours\s+\w+|cheers|mit\s+freundlichen\s+grüßen|mfg|cordialement|saludos\w*|atentamente|atenciosamente|cordiali\s+saluti|"
    r"с\s+уважением|saygılar\w*|此致|祝好|sent\s+from\s+my\s+\w+)\b.{0,30}$",
    regex.IGNORECASE,
)
_INLINE_GREETING = regex.compile(
    r"^\W*(?:(?:dear|hi|hello|hey)\s+(?:[A-Z][\w.'’-]*\s*){1,4}|(?:dear\s+)?(?:sirs?|madam|sir\s*/\s*madam|friend|all|team|hello|hi)|"
    r"good\s+(?:day|morning|afternoon|evening)(?:\s+[A-Z]\w+)?|您好|你好)[,!:，]\s*(?=\S)"
)
_END = regex.compile(r"(?<=[.!?؟])(?<!\b(?:No|Mr|Ms|Dr|St|Co|Ltd|approx|Mrs|Eng|Inc|Nr|min|max|incl|excl|pcs|i\.e|e\.g)\.)\s+|(?<=[。！？])")


def straight(text: str) -> str:
    """Text with straight apostrophes and quotes and plain spaces, capped."""
    return text[:CAP].translate({0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"', 0xA0: " ", 0x202F: " "})


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text without greeting and closing lines."""
    out: list[str] = []
    for block in _blocks(straight(text)):
        for part in _END.split(_INLINE_GREETING.sub("", block)):
            part = part.strip()
            if part and regex.search(r"\w|\?", part):
                out.append(part)
    return tuple(out[:MAX_SENTENCES])


def _blocks(text: str) -> list[str]:
    """Paragraphs with wrapped lines joined; list items and labelled lines on their own."""
    blocks: list[str] = []
    open_block = False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        line = " ".join(line.split())
        if not line or _GREETING.match(line):
            open_block = False
            continue
        if number and _CLOSING.match(line):
            open_block = False
            continue
        if open_block and not regex.match(r"[-*•·–]\s|\d{1,2}[.)]\s|[A-Z][\w /]{2,25}:", line):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        open_block = len(line) > 45
    return blocks
