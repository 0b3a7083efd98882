"""Which sentence stands above each picture?

The finding in the reader's language, with its figures; where there is too little to count the sentence says so instead. The command line
prints the same sentences.
"""

from __future__ import annotations

from followupd.lab.anyway import Effect, Share
from followupd.lab.backtest import FEW
from followupd.lab.report import MARKS, Counted, Report, StageSilence
from followupd.lab.survival import SOON
from followupd.model import Verdict
from followupd.pages.countries import country
from followupd.pages.words import Words


def findings(report: Report, words: Words) -> dict[str, str]:
    """A finding per section, in the order of the page."""
    return {
        "funnel": _funnel(report, words),
        "silences": _silences(report, words),
        "followups": _followups(report, words),
        "response": _response(report, words),
        "countries": _countries(report, words),
        "verdicts": _verdicts(report, words),
    }


def percent(share: float) -> str:
    """``67%``."""
    return f"{share:.0%}"


def between(low: float, high: float, words: Words) -> str:
    """``52% to 79%``."""
    return words("range", low=percent(low), high=percent(high))


def share_of(counted: Counted, words: Words) -> str:
    """The share; a dash where it would say nothing."""
    return f"{percent(counted.share)} ({between(*counted.between, words)})" if counted.enough else "–"


def share_told(share: Share, words: Words) -> str:
    """The share with its range; a dash where it would say nothing."""
    return f"{percent(share.share)} ({between(share.low, share.high, words)})" if share.enough else "–"


def stage_title(one: StageSilence, words: Words) -> str:
    """The title of a stage in the reader's language."""
    return one.zh if words.language == "zh" else _begun(one.en)


def _begun(title: str) -> str:
    return title[:1].upper() + title[1:]


def topic_title(effect: Effect, report: Report, words: Words) -> str:
    """The title of a topic; an id that no rule knows any more stands for itself."""
    if not effect.topic:
        return words("all_topics")
    if effect.topic == "own_words":
        return words("own_words")
    titles = {id: zh if words.language == "zh" else _begun(en) for id, en, zh in report.topics}
    return titles.get(effect.topic, effect.topic)


def _funnel(report: Report, words: Words) -> str:
    step = report.funnel.step
    inquiries, quotes = step("inquiry").of_all.part, step("quote").of_all.part
    if not inquiries:
        return words("funnel_none")
    one = words("funnel_one", quotes=quotes, inquiries=inquiries)
    if not quotes:
        return one
    return _joined(words, one, words("funnel_two", quotes=quotes, **{id: step(id).of_quoted.part for id in ("sample", "pi", "order")}))


def _silences(report: Report, words: Words) -> str:
    if not report.silences:
        return words("silences_none")
    drawn = [s for s in report.silences if s.enough and s.curve.answered]
    if not drawn:
        return words("silences_few", n=sum(s.curve.silences for s in report.silences), few=FEW)
    first = max(drawn, key=lambda s: s.curve.silences)
    one = words("silences_one", stage=stage_title(first, words), half=first.curve.settled(0.5), most=first.curve.settled(0.9))
    days = min(first.thresholds[0], MARKS[-1])
    if next(n for mark, n in zip(MARKS, first.at_risk, strict=True) if mark >= days) < FEW:
        return one
    return _joined(words, one, words("silences_two", days=days, share=percent(first.curve.answers_later(days, SOON)), soon=SOON))


def _followups(report: Report, words: Words) -> str:
    if not report.followups:
        return words("followups_none")
    whole = report.followups[0]
    said = {"sent": whole.sent, "answered": whole.answered, "soon": SOON}
    if not whole.after.enough:
        return words("followups_few", **said)
    if not whole.enough:
        return words("followups_lone", **said)
    one = words("followups_more", after=percent(whole.after.share), anyway=percent(whole.anyway.share), soon=SOON)
    return _joined(words, one, words("followups_apart" if whole.apart else "followups_chance"))


def _response(report: Report, words: Words) -> str:
    response = report.response
    hours, known = next(((h, c) for h, c in response.within if c.whole), (0, Counted(0, 0)))
    if not response.hours:
        return words("response_unanswered", n=response.unanswered) if response.unanswered else words("response_none")
    told = words("response_few", within=known.part, whole=known.whole, hours=hours) if known.whole else ""
    half, most = response.quantile(0.5), response.quantile(0.9)
    if len(response.hours) < FEW or half is None or most is None:
        return told or words("response_none")
    return _joined(words, words("response_one", half=round_hours(half), most=round_hours(most)), told)


def round_hours(hours: float) -> str:
    """Hours as a person would say them: one digit below ten."""
    return f"{hours:.1f}" if hours < 10 else f"{hours:.0f}"


def _countries(report: Report, words: Words) -> str:
    known = [c for c in report.countries if c.code]
    if not known:
        return words("countries_none")
    top = known[0]
    name = country(top.code, words.language)
    if len(known) == 1:
        return words("countries_single", n=top.inquiries, country=name)
    if known[1].inquiries == top.inquiries:
        return words("countries_tied", n=top.inquiries, all=sum(c.inquiries for c in report.countries), places=len(known))
    return words("countries_one", country=name, n=top.inquiries, all=sum(c.inquiries for c in report.countries), places=len(known))


def _verdicts(report: Report, words: Words) -> str:
    verdicts = report.verdicts
    if not verdicts.agreed.whole:
        return words("verdicts_none")
    one = words("verdicts_one", spoken=verdicts.agreed.whole, judged=verdicts.judged, agreed=verdicts.agreed.part)
    lost = verdicts.count(Verdict.VAGUE, Verdict.GENUINE)
    genuine = sum(n for _, theirs, n in verdicts.pairs if theirs == Verdict.GENUINE)
    if not genuine:
        return one
    return _joined(words, one, words("verdicts_worst", n=lost) if lost else words("verdicts_safe"))


def _joined(words: Words, *sentences: str) -> str:
    return ("" if words.language == "zh" else " ").join(s for s in sentences if s)
