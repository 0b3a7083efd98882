"""How is something valid bent out of shape? Bytes and lines cut, doubled, swapped, and mixed with what has hurt programs before."""

from __future__ import annotations

from random import Random

NASTY = (
    b"\0", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"--", b"=", b"=?", b"?=", b"=?utf-8?B?", b"=?utf-7?q?+AAA?=",
    b'"', b"\\", b"(", b")", b"{", b"}", b"{99999999}\r\n",
    b"{1}\r\n", b"<", b">", b"<!--", b"<script>", b"&#x110000;", b"\xff\xfe", b"\xf0\x28\x8c\x28", "\u202e".encode(), "\u200b".encode() * 40, b"%s%n", b"../",
    b"A" * 3000, b"1" * 400, b"boundary=", b"charset=", b"charset=x-unknown", b"multipart/mixed; boundary=a", b"message/rfc822", b"NIL", b"BODYSTRUCTURE",
    b"* OK", b"* BYE", b"UID", b"FETCH", b"\\Seen", b": ", b"- ", b"&a [*a]", b"!!python/object:os.system", b"\t", b"'", b"[", b"]", b"?", b"(?P<a>", b"*" * 60,
    "\u0661\u0662\u0663".encode(), "\u00df\u0130\u0131".encode(), b"2026-02-30", b"99999999999999999999", b"-0", b"1e999", b"0x7f", b".nan", b"NO", b"12:30",
)  # fmt: skip


def bent(seed: bytes, lot: Random, most: int = 6) -> bytes:
    """``seed`` with one to ``most`` things wrong with it."""
    data = bytearray(seed)
    for _ in range(lot.randint(1, most)):
        where = lot.randint(0, len(data))
        match lot.randint(0, 7):
            case 0:
                data[where:where] = lot.choice(NASTY)
            case 1:
                del data[where : where + lot.choice((1, 2, 10, 200))]
            case 2:
                data[where:where] = bytes(lot.randrange(256) for _ in range(lot.choice((1, 4, 30))))
            case 3:
                data[where:where] = data[where : where + lot.choice((20, 300))] * lot.choice((1, 3, 30))
            case 4 if data:
                data[min(where, len(data) - 1)] ^= 1 << lot.randrange(8)
            case 5:
                lines = bytes(data).split(b"\n")
                lot.shuffle(lines)
                data = bytearray(b"\n".join(lines)) if lot.random() < 0.2 else data
            case 6:
                del data[where:]
            case _:
                data = bytearray(bytes(data).replace(lot.choice((b"\n", b" ", b":", b";", b'"')), lot.choice(NASTY), lot.randint(1, 5)))
    return bytes(data[:300_000])
