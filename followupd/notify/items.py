"""How does one item of the digest look?

Who it is about, what is known, why, and the one next step. Everything from a mail is cleaned here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from followupd.model import Reach, Reason, Risk, Verdict
from followupd.notify.entry import Entry, Tone, clean

if TYPE_CHECKING:
    from followupd.notify.digest import AtRisk, Danger, Ending, InquiryCard, Item, Owed, SampleOut, Task, WaitingDraft

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LATE_DAYS = 3
"""From so many days on what we owe is marked."""
SHOWN = ("quote_number", "price", "incoterm", "valid_until", "product", "quantity")
"""What a draft takes for granted, the weightiest first; what its own topic brings goes before."""
UNSAID = ("quote_date", "moq", "lead_time", "payment")
AT_MOST = 5
REASONS = 4
_SPAN = re.compile(r"\b(\d{1,3})(bd|d)\b")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The owner's words, and what the clock shows here."""

    w: Mapping[str, str]
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The owner's day."""
        return self.now.astimezone(self.zone).date()

    @property
    def chinese(self) -> bool:
        """Are days said as in Chinese, and the figures of a reason not at all? (The decision says them in English.)"""
        return self.w["date"].startswith("{month}")

    def here(self, when: datetime) -> date:
        """The owner's day of an instant."""
        return when.astimezone(self.zone).date()

    def day(self, day: date) -> str:
        """A day as it is said; with its year only where that is another one."""
        month = f"{day.month}月" if self.chinese else MONTHS[day.month - 1]
        return self.w["date" if day.year == self.today.year else "date_year"].format(day=day.day, month=month, year=day.year)

    def days(self, since: date) -> int:
        """How many days ago."""
        return max((self.today - since).days, 0)

    def spoken(self, text: str) -> str:
        """A text of ours with its days and spans said as a person says them: ``3bd``, ``2026-11-24``."""

        def day(found: re.Match[str]) -> str:
            try:
                return self.day(date.fromisoformat(found[0]))
            except ValueError:
                return found[0]

        def span(found: re.Match[str]) -> str:
            return self.w[found[2] + ("_1" if found[1] == "1" else "")].format(n=found[1])

        return _DAY.sub(day, _SPAN.sub(span, text))


def _entry(item: Item, t: Tongue, *lines: str, **more: object) -> Entry:
    """The entry with who it is about on top."""
    name = clean(item.name or item.buyer.name, 80)
    address = clean(item.buyer.email, 100)
    place = clean(item.country, 40)
    time = _local_time(item.timezone, t.now)
    about = (clean(item.company, 80), place, t.w["local_time"].format(time=time) if place and time else "")
    head = [" · ".join(filter(None, about)), address if name else ""]
    return Entry(
        name or address,
        tuple(line for line in (*head, *lines) if line),
        item.message_id,
        fresh=t.w["fresh"] if item.fresh else "",
        **more,  # type: ignore[arg-type]
    )


def _local_time(timezone: str, now: datetime) -> str:
    """The hour at the buyer's, empty where the zone is unknown."""
    try:
        return now.astimezone(ZoneInfo(timezone)).strftime("%H:%M") if timezone else ""
    except (KeyError, ValueError, OSError):
        return ""


def _facts(t: Tongue, *pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((t.w[key], value) for key, value in pairs if value)


def _list(reasons: Iterable[str], t: Tongue) -> str:
    return t.w["then"].join(clean(r, 120) for r in list(reasons)[:REASONS])


def inquiry(card: InquiryCard, t: Tongue) -> Entry:
    """A new inquiry: what is asked, what is missing, the verdict with its reasons."""
    verdict = card.verdict or Verdict.UNSURE
    tone = {Verdict.GENUINE: Tone.GOOD, Verdict.LIKELY: Tone.GOOD}.get(verdict, Tone.PLAIN)
    risky = card.risk is not Risk.NONE
    missing = t.w["between"].join(clean(m, 40) for m in card.missing)
    through = t.w["via"].format(platform=clean(card.platform, 60)) if card.platform else ""
    return _entry(
        card, t, through, "" if clean(card.country, 40) else t.w["unknown"],
        facts=_facts(t, ("asked", clean(card.asked, 300)), ("missing", missing), ("why", _list(card.reasons, t))),
        badge=t.w[card.risk.value] if risky else t.w[verdict.value],
        tone=Tone.BAD if risky else tone,
        step=_step_of(card, verdict, missing, t),
    )  # fmt: skip


def _step_of(card: InquiryCard, verdict: Verdict, missing: str, t: Tongue) -> str:
    if card.risk is not Risk.NONE:
        return t.w["step_fraud"]
    if elsewhere := _elsewhere(card.reach, card.platform, t):
        return elsewhere
    if verdict is Verdict.VAGUE:
        return t.w["step_vague"]
    if verdict is Verdict.UNSURE:
        return t.w["step_unsure"].format(missing=missing) if missing else t.w["step_unsure_all"]
    return t.w["step_quote_ask"].format(missing=missing) if missing else t.w["step_quote"]


def _elsewhere(reach: Reach, platform: str, t: Tongue) -> str:
    """Where a mail does not reach the buyer: by what way he is answered."""
    if reach is Reach.SITE:
        return t.w["step_site"].format(platform=clean(platform, 60))
    return t.w["step_address"] if reach is Reach.ASK else ""


def danger(item: Danger, t: Tongue) -> Entry:
    """A thread with signs of fraud."""
    return _entry(
        item, t, clean(item.subject, 120), facts=_facts(t, ("why", _list(item.reasons, t))), badge=t.w["suspicious"], tone=Tone.BAD, step=t.w["step_risk"]
    )


def owed(item: Owed, t: Tongue) -> Entry:
    """What we owe, and since when."""
    since = t.here(item.since)
    days = t.days(since)
    said = {0: t.w["today"], 1: t.w["since_1"]}.get(days) or t.w["since"].format(date=t.day(since), days=days)
    late = days >= LATE_DAYS or item.answer == "complaint"
    step = _elsewhere(item.reach, item.platform, t) or t.w.get(f"step_owed_{item.answer}", t.w["step_owed"])
    return _entry(
        item, t, clean(item.subject, 120), said,
        facts=_facts(t, ("wrote", clean(item.wrote, 240))),
        badge=t.w["late"].format(days=days) if days >= LATE_DAYS else "", tone=Tone.LATE if late else Tone.PLAIN, step=step,
    )  # fmt: skip


def draft(item: WaitingDraft, t: Tongue) -> Entry:
    """A draft: why it was written, and what it takes for granted. The buyer never sees this."""
    return _entry(
        item, t, clean(item.subject, 120), _quiet(item.quiet_since, t),
        facts=_facts(t, ("why", t.spoken(clean(item.why, 300)).replace("_", " ")), ("rests_on", _rests_on(item, t))),
        badge=clean(item.topic, 60), tone=Tone.GOOD,
        step=t.w["step_edited" if item.edited else "step_draft"],
        links=((t.w["open_draft"], item.draft_id),),
    )  # fmt: skip


def _quiet(since: datetime | None, t: Tongue) -> str:
    if since is None:
        return ""
    return t.w["quiet"].format(date=t.day(t.here(since)), days=t.days(t.here(since)))


def _rests_on(item: WaitingDraft, t: Tongue) -> str:
    known = dict(item.rests_on)
    said = UNSAID if t.chinese else (*UNSAID, "missing")
    own = [what for what in known if what not in (*SHOWN, *said) and f"ev_{what}" in t.w]
    names = [what for what in (*own, *SHOWN) if known.get(what)][:AT_MOST]
    found = [f"{t.w[f'ev_{what}']} {_value(what, known[what], t)}" for what in names]
    if item.calendar and item.country:
        place = t.w["calendar"].format(country=clean(item.country, 40))
        found.append(f"{place} ({t.w.get(f'by_{item.calendar}', t.w['by_text'])})")
    return t.w["then"].join(found)


def _value(what: str, value: str, t: Tongue) -> str:
    if what == "missing":
        return t.w["between"].join(t.w.get(f"lack_{name}", clean(name, 40)) for name in value.split(", "))
    return clean(t.spoken(value) if _DAY.fullmatch(value) else value, 80)


def ending(item: Ending, t: Tongue) -> Entry:
    """An offer whose last day is near or over."""
    over, today = item.until < t.today, item.until == t.today
    said = t.w["ends_today"] if today else t.w["ended" if over else "ends"].format(date=t.day(item.until))
    step = t.w["step_draft_waits"] if item.draft else t.w["step_ended" if over else "step_ending"]
    return _entry(
        item, t, clean(item.subject, 120), facts=_facts(t, ("offer", clean(item.offer, 160))), badge=said, tone=Tone.LATE, step=step
    )


def sample(item: SampleOut, t: Tongue) -> Entry:
    """A sample of which the buyer said nothing."""
    said = t.w["arrived" if item.told else "arrived_assumed"].format(date=t.day(item.arrived), days=t.days(item.arrived))
    return _entry(item, t, clean(item.subject, 120), said, step=t.w["step_draft_waits" if item.draft else "step_sample"])


def at_risk(item: AtRisk, t: Tongue) -> Entry:
    """A buyer who needs a person."""
    step = {Reason.ASK_HUMAN: "step_silent", Reason.BOUNCED: "step_bounced"}.get(item.reason, "step_no_fact")
    facts = _facts(t, ("offer", clean(item.offer, 160)), ("why", clean(item.why, 300)))
    return _entry(item, t, clean(item.subject, 120), _quiet(item.quiet_since, t), facts=facts, tone=Tone.BAD, step=t.w[step])


def task(item: Task, t: Tongue, step: str) -> Entry:
    """Whom to call or to wish well, and the ways to him."""
    lines = [clean(line, 80) for line in item.lines]
    return _entry(item, t, t.day(item.day) if item.day else _quiet(item.since, t), *lines, step=t.w[step])
