"""Where does a sentence of a mail begin and end?

Lines that a client wrapped are joined; an empty line, a list mark or a label ends a sentence, too. Greeting and closing
lines are told apart, because they say nothing.
"""

from __future__ import annotations

import regex

CAP = 12_000
"""Characters of one mail that are read at most."""
MAX_SENTENCES = 200
LONGEST = 600
"""A sentence longer than this is read in pieces."""

_GREETING = regex.compile(
    r"^\W*(?:dear|hi|hello|hey|good\s+(?:day|morning|afternoon|evening)|greetings|"
    r"to\s+whom\s+it\s+may\s+concern|hola|estimad\w+|"
    r"bonjour|chère?s?|sehr\s+geehrte\w*|guten\s+(?:tag|morgen|abend)|hallo|buongiorno|gentil\w+|prezad\w+|olá|"
    r"bom\s+dia|уважаем\w+|"
    r"здравствуйте|добр(?:ый|ое|ого|ой)\s+\w+|привет\w*|дорог\w+|merhaba\w*|sayın|sn\.|selam\w*|iyi\s+(?:günler|akşamlar)|günaydın|"
    r"buen[ao]s(?:\s+(?:d[ií]as|tardes|noches))?|boa\s+(?:tarde|noite)|car[oa]|buonasera|salve|ciao|egregi\w*|spett\w*\.?|cher|madame|monsieur|lieber?|moin|grüß\s+gott|servus|"
    r"مرحبا(?:ً|بكم?)?|السلام\s+عليكم|صباح\s+الخير|مساء\s+الخير|تحية(?:\s+طيبة)?|(?:ال)?سيد[ةه]?|(?:ال)?أ?ستاذ[ةه]?|(?:ال)?مهندس[ةه]?|الآنسة|عزيز(?:ي|تي)|الأخ(?:ت)?)"
    r"(?:\s+(?:dear|sirs?|madam|all|team|there|friends?|everyone|and|to|my|\w+ [hb]ey|(?-i:\p{Lu}[\w'-]*\.?|"
    r"\p{Lo}+)|/|&)){0,5}\s*[,!.:،]?\s*$"
    r"|^\W*(?:您好|你好|尊敬的[^，。！？\s]{0,10}|\p{Han}{1,4}(?:先生|女士|小姐|经理|經理|总|總)\s*(?:您好|你好)?)\s*[，！,!：:。]?\s*$",
    regex.IGNORECASE,
)
_CLOSING = regex.compile(
    r"^\W*(?:(?:with\s+|my\s+)?(?:best|kind|warm|kindest|warmest|many|sincere)?\s*(?:regards|wishes|greetings)|"
    r"br|b\.?\s?rgds|rgds|"
    r"sincerely|yours\s+\w+|cheers|mit\s+freundlichen\s+grüßen|mfg|cordialement|saludos\w*|atentamente|"
    r"atenciosamente|cordiali\s+saluti|"
    r"с\s+уважением|saygılar\w*|此致|祝好|sent\s+from\s+my\s+\w+)\b.{0,30}$",
    regex.IGNORECASE,
)
_INLINE_GREETING = regex.compile(
    r"^\W*(?:(?:[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey)\s+(?:(?:[Mm]rs?|[Mm]s|[Dd]r)\.?\s+)?(?:[A-Z][\w.'’-]*\s*){1,4}|"
    r"(?:[Dd]ear\s+)?(?:[Ss]irs?|[Mm]adam|[Ss]ir\s*/\s*[Mm]adam|friend|all|team|[Hh]ello|[Hh]i)|"
    r"[Gg]ood\s+(?:day|morning|afternoon|evening)(?:\s+[A-Z]\w+)?|您好|你好)[,!:，]\s*(?=\S)"
)
_END = regex.compile(
    r"(?<=[.!?؟])(?<!\b(?:No|Mr|Ms|Dr|St|Co|Ltd|approx|Mrs|Eng|Inc|Nr|min|max|incl|excl|pcs|ca|env|inkl|zzgl|bzw|n|Réf|Ref|долл|руб|шт|тыс|Art|Sr|Sra|Srta|Srita|Sig|Dott|Ing|Lic|Arq|Stk|ref|req|rif|vs|ns|Vs|Ns|núm|num|Pos|cod|cód|арт|мин|"
    r"i\.e|e\.g)\.)\s+(?!(?<=\d\.\s)(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))|(?<=[。！？])"
)


_SAYS = regex.compile(r"\w|\?")
_OF_ITS_OWN = regex.compile(r"[-*•·–]\s|\d{1,2}[.)]\s|\p{Lu}[\w /.'-]{2,34}\s?[:：]|\p{Lo}[\p{Lo} ]{1,14}[:：]")


def straight(text: str) -> str:
    """Text with straight apostrophes and quotes and plain spaces, capped."""
    return text[:CAP].translate(
        {0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"', 0xA0: " ", 0x202F: " "}
    )


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text without greeting and closing lines."""
    out: list[str] = []
    for block in _blocks(straight(text)):
        for part in _END.split(_INLINE_GREETING.sub("", block)):
            if _SAYS.search(part):
                out.extend(part[at : at + LONGEST].strip() for at in range(0, len(part), LONGEST))
    return tuple(out[:MAX_SENTENCES])


def _blocks(text: str) -> list[str]:
    """Paragraphs with wrapped lines joined; list items and labelled lines on their own."""
    blocks: list[str] = []
    open_block = False
    lines = text.split("\n")
    for number, raw in enumerate(lines):
        line = " ".join(raw.split())
        if not line or _GREETING.match(line):
            open_block = False
            continue
        if number and _CLOSING.match(line):
            open_block = False
            continue
        if open_block and not _OF_ITS_OWN.match(line):
            blocks[-1] += " " + line
        else:
            blocks.append(line)
        open_block = len(line) > 45
    return blocks
