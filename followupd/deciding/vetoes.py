"""Is there a reason to do nothing, or to warn, whatever the topics say?"""

from __future__ import annotations

from followupd.deciding.asked import Asked, alarm_age, is_muted, is_risky, verdict_of, word_of
from followupd.model import Action, Decision, Facts, Kind, Reason, Verdict, Word, WordKind

NOT_BUYERS = frozenset(
    {Kind.PITCH, Kind.NEWSLETTER, Kind.CALENDAR, Kind.CHALLENGE, Kind.PERSONAL, Kind.PLATFORM_NOTICE}
)


def veto(asked: Asked) -> Decision | None:
    """Reasons to do nothing (or to warn), whatever the topics say."""
    facts, now = asked.facts, asked.now
    if asked.stage.id == "suppressed":
        return asked.say(Reason.SUPPRESSED, "the buyer asked not to be written to")
    if facts.bounced:
        return asked.say(Reason.BOUNCED, "our last mail could not be delivered: find another contact")
    if is_risky(asked):
        return _risky(asked)
    if is_muted(asked):
        return asked.say(Reason.MUTED, "muted by you")
    snoozed = word_of(asked.ledger, WordKind.SNOOZE)
    if snoozed and snoozed.until and snoozed.until > now and (facts.last_in is None or facts.last_in <= snoozed.at):
        return asked.say(Reason.SNOOZED, f"snoozed by you until {asked.calendar.day(snoozed.until)}", due=snoozed.until)
    return _not_a_buyer(asked) or _too_old(asked) or _answered_elsewhere(asked)


def _answered_elsewhere(asked: Asked) -> Decision | None:
    """Perhaps the buyer wrote from another address: a person looks before anything more is written (law 3)."""
    found = asked.elsewhere
    if found is None:
        return None
    said = f"our last mail was answered on {asked.calendar.day(found.at)} from {found.sender}, an address not of this thread: read that mail"
    return asked.say(Reason.UNCLEAR_ANSWER, f"{said}; if it is not the buyer's, `followupd stage` goes on here")


def _risky(asked: Asked) -> Decision:
    words = "; ".join(h.en or h.signal for h in asked.facts.risk_hits[:3])
    detail = f"{asked.facts.risk}: {words}" if words else str(asked.facts.risk)
    ends = asked.facts.last_in + alarm_age(asked) if asked.facts.last_in else None
    if ends is not None and asked.now < ends:
        return asked.say(Reason.RISK_ALARM, detail, action=Action.ALARM, due=ends)
    return asked.say(Reason.RISKY, detail)


def _you_said(asked: Asked, said: Word | None) -> Decision | None:
    """The user's own verdict, where it forbids to write."""
    match said.value if said else "":
        case "not_a_buyer":
            return asked.say(Reason.NOT_A_BUYER, "you said that this is not a buyer")
        case "fraud":
            return asked.say(Reason.RISKY, "you called this a fraud")
        case Verdict.VAGUE if said and not _quoted_since(asked.facts, said):
            return asked.say(Reason.VAGUE, "you called this inquiry vague")
    return None


def _not_a_buyer(asked: Asked) -> Decision | None:
    """Pitches, newsletters and the like, unless we quoted: whoever we quoted was judged worth it by a person."""
    facts = asked.facts
    said = word_of(asked.ledger, WordKind.VERDICT)
    if refused := _you_said(asked, said):
        return refused
    if not facts.buyer.address.email:
        return asked.say(Reason.NOT_A_BUYER, "nobody from outside takes part in this thread")
    if facts.quotes or facts.inquiry is None:
        return None
    kind = facts.inquiry.kind
    if kind in NOT_BUYERS and not said:
        where = ": answer on the platform's site" if kind is Kind.PLATFORM_NOTICE else ""
        return asked.say(Reason.NOT_A_BUYER, f"the first mail is a {kind.value.replace('_', ' ')}{where}")
    if verdict_of(asked) is Verdict.VAGUE:
        return asked.say(Reason.VAGUE, "a vague inquiry that was not quoted")
    return None


def _quoted_since(facts: Facts, said: Word) -> bool:
    """A word on the buyer from another thread does not outweigh the offer that a person sent since."""
    return said.scope == "buyer" and bool(facts.quotes) and facts.quotes[-1].sent > said.at


def _too_old(asked: Asked) -> Decision | None:
    last = max((d for d in (asked.facts.last_in, asked.facts.last_out) if d), default=None)
    oldest = asked.settings.installed_at - asked.settings.max_silence_age
    if last is not None and last < oldest:
        return asked.say(Reason.TOO_OLD, f"quiet since {last:%Y-%m-%d}, long before followupd was installed")
    return None
