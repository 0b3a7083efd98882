"""What did the writer write now, and what is history, signature or small print?

Only the new text counts for judging. The marks of Gmail, Outlook, Apple Mail, Thunderbird, Foxmail, QQ Mail and 163 are
known in ten languages. When in doubt text is kept: losing a buyer's word is worse than judging a line of history.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TEXT = 100_000
MAX_LINE = 2_000
MAX_FORWARDS = 3
MAX_ATTRIBUTIONS = 20


@dataclass(frozen=True, slots=True)
class Parts:
    """The three parts of a mail's text."""

    new_text: str
    signature: str
    quoted: str


_WROTE = re.compile(
    r"^\s*(?:>\s*)?(?:"
    r"On\b.{5,300}\bwrote\s*:|.{3,200}\bwrote\s*:\s*$|Am\b.{5,300}\b(?:schrieb|hat geschrieben)\b.{0,120}:|"
    r"Le\b.{5,300}\ba\s+écrit\s*:|El\b.{5,300}\bescribió\s*:|Em\b.{5,300}\bescreveu\s*:|A\s.{5,300}\bescreveu\s*:|"
    r"Il\b.{5,300}\bha\s+scritto\s*:|.{5,300}\b(?:пишет|написал\(?а?\)?)\s*:|.{5,300}\bşunları yazdı\s*:|.{5,300}\byazdı\s*:|"
    r".{0,300}كتب.{0,120}[:：]|.{2,200}写道\s*[:：]|.{2,200}寫道\s*[:：]|Op\b.{5,300}\bschreef\b.{0,120}:|"
    r"在\s*.{5,200}(?:写道|写到)\s*[:：]?|At\s+\d{4}-\d\d-\d\d.{5,200}wrote\s*:"
    r")\s*$",
    re.IGNORECASE,
)
_LINE = re.compile(
    r"^\s*[-_=*]{2,}\s*(?:Original(?:\s+(?:Message|Email|Mail|Appointment))?|Ursprüngliche (?:Nachricht|Mail)|Original-Nachricht|"
    r"Message d['’]origine|Message original|Mensaje original|Mensagem original|Messaggio originale|"
    r"(?:Исходное|Пересылаемое|Original)\s+(?:сообщение|message)|Orijinal (?:Mesaj|İleti)|الرسالة الأصلية|原始邮件|原邮件|回复的原邮件|"
    r"Reply message|Oorspronkelijk bericht)\s*[-_=*]{2,}\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"^\s*(?:[-_=*]{2,}\s*(?:Forwarded (?:message|by.{0,60})|Weitergeleitete Nachricht|Message transféré|Mensaje reenviado|"
    r"Mensagem encaminhada|Messaggio inoltrato|Пересылаемое сообщение|İletilen (?:mesaj|ileti)|转发邮件(?:信息)?|转发的邮件)"
    r"\s*[-_=*]{2,}|Begin forwarded message\s*:)\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"^[\s>*]*(?:From|Von|De|Da|От|От кого|Kimden|Gönderen|من|发件人|寄件者|Van|Od)\s*\*?\s*[:：]\*?\s*\S", re.IGNORECASE
)
_SENT = re.compile(
    r"^[\s>*]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado(?: el)?|Fecha|Data|Inviato|Отправлено|Дата|Gönderilme(?: Tarihi)?|Tarih|"
    r"تم الإرسال|التاريخ|发送时间|发送日期|日期|时间|寄件日期|Verzonden|To|An|À|Para|A|Кому|Kime|إلى|收件人|Subject|Betreff|Objet|"
    r"Asunto|Assunto|Oggetto|Тема|Konu|الموضوع|主题|主旨)\s*\*?\s*[:：]",
    re.IGNORECASE,
)
SIGN_OFF = re.compile(
    r"^\s*(?:(?:with\s+)?(?:best|kind|warm|many|yours|sincere)?\s*(?:regards|wishes|greetings)|regards\b.{0,20}|best|cheers|"
    r"yours\s+(?:sincerely|faithfully|truly)|sincerely(?:\s+yours)?|thanks?(?:\s+(?:you|a lot|in advance))?\s*(?:and|&|,)?\s*"
    r"(?:best|kind)?\s*regards|(?:thanks|thank you)|b\.?\s?rgds|brgds|br|rgds|mit freundlichen grüßen|mfg|"
    r"(?:viele|beste|freundliche|liebe|schöne)\s+grüße|freundliche grüsse|cordialement|bien (?:à vous|cordialement)|"
    r"salutations.{0,40}|(?:un )?(?:cordial saludo|saludos(?: cordiales)?)|atentamente|atenciosamente|att|abraços|"
    r"cordiali saluti|distinti saluti|saluti|с уважением|saygılarımla|saygılarımızla|iyi çalışmalar|مع (?:أطيب )?التحيات?|"
    r"مع التحية|تحياتي|此致|敬礼|祝好|顺祝商祺|谢谢)\s*[,.!，。、]*\s*$",
    re.IGNORECASE,
)
_SMALL_PRINT = re.compile(
    r"^\s*(?:(?:this|the)\s+(?:e-?mail|message|communication|information contained)\b.{0,120}\b(?:confidential|intended|privileged)"
    r"|confidentiality\s+(?:notice|note)\b|disclaimer\s*(?:[:：]|$)|diese e-?mail (?:kann|enthält)|ce (?:message|courriel)\b.{0,80}confidentiel|"
    r"este (?:mensaje|correo|e-?mail|mensagem)\b.{0,80}confiden|"
    r"(?:to|if you (?:wish|want|would like) to|click here to)\s+(?:opt[\s-]?out|unsubscribe)|"
    r"please consider the environment|sent from my \w+|von meinem \w+ gesendet|envoyé de mon|enviado (?:desde|do) m[ie]u?|"
    r"get outlook for|发自我的|来自我的|virus-free\.|this email has been checked for viruses)",
    re.IGNORECASE,
)


_WEAK = re.compile(r"^\s*(?:best|cheers|br|att|thanks?|thank you|谢谢)\s*[,.!，。、]*\s*$", re.IGNORECASE)
"""Words that close a mail, but open a sentence as well."""
_SENTENCE = re.compile(
    r"^\s*(?:p\.?\s?s\.?\b|(?:please|pls|kindly|we|i|can|could|would|do|does|is|are|what|how|when|where|which|"
    r"also|need|send|quote|bitte|wir|ich|nous|je|pouvez|necesitamos|por favor|podr[íi]an|precisamos|vorremmo|нам|мы|"
    r"прошу|lütfen)\b\s+\S+\s+\S|"
    r"请|我们|另外|需要|نحتاج|يرجى)|\S+(?:\s+\S+){3,}[.!…]\s*$|\S.*[?？؟]\s*$|\S{6,}[。！]\s*$",
    re.IGNORECASE,
)


def split(text: str) -> Parts:
    """Split the text of a mail; the parts together hold all of it but blank lines and quote marks."""
    return _split(text, MAX_FORWARDS)


def _split(text: str, forwards: int) -> Parts:
    """As ``split``; a forwarded mail inside a forwarded mail is opened ``forwards`` times."""
    lines = [line[:MAX_LINE] for line in _fold(text[:MAX_TEXT]).split("\n")]
    cut = _history_start(lines)
    head, history = lines[:cut], lines[cut:]
    if forwards and history and _FORWARD.match(history[0]) and _is_thin(head):
        return _forwarded(head, history, forwards)
    new, inline = _without_quotes(head, history)
    new, signature = _signature(new)
    return Parts(_join(new), _join(signature), _join(inline))


def _fold(text: str) -> str:
    """At most two blank lines in a row: some splitters are quadratic in them, and nobody reads them."""
    return re.sub(r"\n[ \t]*(?:\n[ \t]*){2,}", "\n\n", text)


def _history_start(lines: list[str]) -> int:
    """The first line of quoted history that is not marked by ``>``; the number of lines when there is none."""
    tries = MAX_ATTRIBUTIONS
    for i, line in enumerate(lines):
        if _LINE.match(line) or _FORWARD.match(line):
            return i
        if _FROM.match(line) and _is_header_block(lines, i):
            return i - 1 if i and re.match(r"^\s*[-_=]{5,}\s*$", lines[i - 1]) else i
        if tries and _attribution(lines, i):
            if _rest_is_history(lines, i):
                return i
            tries -= 1
    return len(lines)


def _is_header_block(lines: list[str], start: int) -> bool:
    """A pasted header: at least two more header lines right below."""
    block = [line for line in lines[start + 1 : start + 9] if line.strip()][:5]
    return sum(1 for line in block if _SENT.match(line)) >= 2


def _attribution(lines: list[str], i: int) -> bool:
    """``On ... wrote:``, on one line or broken over up to three."""
    line = lines[i].strip()
    if not line or len(line) > 320:
        return False
    if _WROTE.match(line):
        return True
    joined = line
    for following in lines[i + 1 : i + 3]:
        if not following.strip():
            return False
        joined += " " + following.strip()
        if _WROTE.match(joined) and re.match(r"^(?:>\s*)?(?:On|Am|Le|El|Em|Il|A|Op|At|在|\d)", line):
            return True
    return False


def _rest_is_history(lines: list[str], i: int) -> bool:
    """Behind an attribution: history, unless answers stand between its ``>`` lines."""
    rest = [line for line in lines[i + 1 :] if line.strip()]
    marked = [line for line in rest if line.lstrip().startswith(">")]
    return not marked or not _answers_inline(lines[i + 1 :])


def _answers_inline(lines: list[str]) -> bool:
    """Unquoted lines of some length between two quoted blocks, or after the last: the writer answers line by line."""
    seen = False
    for line in lines:
        if line.lstrip().startswith(">"):
            seen = True
        elif seen and len(line.strip()) > 1 and not SIGN_OFF.match(line) and not _WROTE.match(line):
            return True
    return False


def _without_quotes(head: list[str], history: list[str]) -> tuple[list[str], list[str]]:
    """Take ``>`` lines and attributions out of the new text; what is taken out goes to the history."""
    new: list[str] = []
    taken: list[str] = []
    skip = 0
    for i, line in enumerate(head):
        if skip:
            skip -= 1
            taken.append(line)
        elif line.lstrip().startswith(">"):
            taken.append(line.lstrip("> \t"))
        elif _attribution(head, i):
            taken.append(line)
            skip = 0 if _WROTE.match(line.strip()) else 1
        else:
            new.append(line)
    return new, [*taken, *(line.lstrip("> \t") if line.lstrip().startswith(">") else line for line in history)]


def _is_thin(head: list[str]) -> bool:
    """Did the forwarder add (almost) nothing of his own?"""
    return len(_join(_signature(head)[0])) < 200


def _forwarded(head: list[str], history: list[str], forwards: int) -> Parts:
    """The forwarded mail is what matters: its body counts as new text, its header block does not."""
    body = history[1:]
    while body and (not body[0].strip() or _FROM.match(body[0]) or _SENT.match(body[0])):
        body = body[1:]
    inner = _split("\n".join(body), forwards - 1)
    note = _join(_signature(head)[0])
    return Parts((note + "\n\n" + inner.new_text).strip(), inner.signature, "\n".join(history[: len(history) - len(body)]))


def _signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Cut at ``-- ``, at a closing formula near the end, at small print; never at a formula that opens the mail."""
    for i, line in enumerate(lines):
        if re.match(r"^--\s?$", line) and _join(lines[:i]) and not _speaks(lines[i + 1 :]):
            return lines[:i], lines[i + 1 :]
        if _SMALL_PRINT.match(line) and _join(lines[:i]):
            return _cut_formula(lines[:i], lines[i:])
    return _cut_formula(lines, [])


def _cut_formula(lines: list[str], tail: list[str]) -> tuple[list[str], list[str]]:
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for i in reversed(filled[-16:]):
        if SIGN_OFF.match(lines[i]) and _join(lines[:i]):
            on = next((k for k in range(i + 1, len(lines)) if _SENTENCE.match(lines[k][:300])), len(lines))
            if on < len(lines) and _WEAK.match(lines[i]):
                continue
            if all(len(line) < 120 for line in lines[i + 1 : on]):
                return [*lines[:i], *lines[on:]], [*lines[i:on], *tail]
    return lines, tail


def _speaks(lines: list[str]) -> bool:
    """Does anything here, small print aside, read like a sentence to the reader?"""
    until = next((k for k, line in enumerate(lines) if _SMALL_PRINT.match(line)), len(lines))
    return any(_SENTENCE.match(line[:300]) for line in lines[:until])


def _join(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).strip()
