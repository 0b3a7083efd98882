"""Does one inquiry ask for goods that have nothing to do with each other? (DOMAIN 1.3, 1.4)

Middlemen do, and so do people who want anything that resells. Cautious: goods of four different trades, each by its plain name.
"""

from __future__ import annotations

import regex

from followupd.judging.seen import Seen

ENOUGH = 4
FAMILIES = {
    "food": r"\b(?:rice|sugar|cooking\s+oil|frozen\s+chicken|arroz|azúcar|aceite|reis|zucker)\b|大米|白糖|食用油|冻鸡",
    "tyres": r"\b(?:tyres?|tires?|neumáticos?|llantas|reifen)\b|轮胎",
    "phones": r"\b(?:i?phones?|smartphones?|laptops?|teléfonos|portátiles|handys?)\b|手机|笔记本电脑",
    "clothes": r"\b(?:t-?shirts?|shoes|garments?|ropa|zapatos|camisetas|schuhe|kleidung)\b|服装|鞋子?|衬衫",
    "furniture": r"\b(?:sofas?|furniture|mattress(?:es)?|muebles|colchones|möbel|matratzen)\b|家具|沙发|床垫",
    "building": r"\b(?:cement|tiles|rebar|cemento|azulejos|zement|fliesen)\b|水泥|瓷砖|螺纹钢",
    "medical": r"\b(?:surgical\s+masks?|nitrile\s+gloves|syringes?|wheelchairs?|mascarillas|jeringas|spritzen|rollstühle)\b|口罩|注射器|轮椅",
    "power": r"\b(?:solar\s+panels?|generators?|batteries|paneles\s+solares|generadores|baterías|solarmodule|generatoren)\b|太阳能板|发电机|电池",
    "toys": r"\b(?:toys|teddy\s+bears?|juguetes|spielzeug)\b|玩具",
    "paper": r"\b(?:copy\s+paper|toilet\s+paper|diapers|papel\s+higiénico|pañales|windeln|kopierpapier)\b|复印纸|卫生纸|纸尿裤",
}
_PATTERNS = {name: regex.compile(pattern, regex.IGNORECASE) for name, pattern in FAMILIES.items()}


def unrelated_goods(seen: Seen) -> str:
    """Goods of four trades at least, in what a stranger asks for."""
    found = [m[0] for pattern in _PATTERNS.values() if (m := pattern.search(seen.words[:4_000]))]
    return ", ".join(found) if len(found) >= ENOUGH else ""
