"""Is this the same letter that others sent before?

Min-wise hashing over runs of five words: two texts that share most of their runs share most of their smallest hashes. Names,
figures and addresses are left out, since senders of the same letter change just these (DOMAIN 1.2 no. 29).
"""

from __future__ import annotations

from hashlib import blake2b

import regex

RUN = 5
KEPT = 4
"""So many hashes stand for a text; ENOUGH of them in common make two texts alike."""
ENOUGH = 3
SHORTEST = 15
"""A text of fewer words is no letter: "please send your catalogue" is written by many."""
CAP = 6_000
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|(?<![\w@.])\p{Ll}[\p{Ll}\p{M}]+(?![\w@])|\p{Lo}{2,}")


def marks(text: str) -> tuple[str, ...]:
    """The hashes that stand for a text, ascending; none for a short one."""
    words = _WORD.findall(text[:CAP])
    if len(words) < SHORTEST:
        return ()
    runs = {" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}
    return tuple(sorted(blake2b(run.encode(), digest_size=8).hexdigest() for run in runs)[:KEPT])
