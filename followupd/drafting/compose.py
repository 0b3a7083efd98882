"""Which draft does a decision become?

Values from the evidence > the variants that can be said truthfully > the first of them, in an order fixed by our turn,
that this buyer has not read yet and that passes the lint > bytes. Whatever fails, fails closed: no draft.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from followupd.drafting.conventions import parse_name
from followupd.drafting.earlier import address_used_before, title_used_before
from followupd.drafting.greetings import salutation
from followupd.drafting.languages import HAN, Language
from followupd.drafting.layout import laid_out
from followupd.drafting.lint import LintFailed, Sources, lint
from followupd.drafting.local import local
from followupd.drafting.mime import Envelope, encode, references
from followupd.drafting.recipients import copies, recipient_problems
from followupd.drafting.subject import reply_subject
from followupd.drafting.tables import DraftingRules
from followupd.drafting.templates import Templates, TemplateTrouble, Variant
from followupd.drafting.tokens import message_id_of, token_of
from followupd.drafting.values import clean_evidence, in_zone, template_values, today_of
from followupd.errors import Problem
from followupd.model import Buyer, Decision, Direction, Draft, Evidence, Facts, Identity, Thread

__all__ = ["LintFailed", "Templates", "compose", "compose_body"]


def compose(
    decision: Decision,
    thread: Thread,
    facts: Facts,
    identity: Identity,
    templates: Templates,
    now: datetime,
    previous: tuple[str, ...] = (),
) -> Draft:
    """The draft of a decision. ``now`` is aware; ``previous`` are bodies that this buyer got or was to get before.

    Raises LintFailed whose problems name the rule and the words; ``no_fact`` when nothing true can be said.
    """
    if decision.turn_id is None or decision.topic is None:
        raise LintFailed(Problem("decision", "a draft needs a topic and a turn"))
    if problems := recipient_problems(facts.buyer, thread, identity):
        raise LintFailed(*problems)
    thread = _spoken(thread, facts)
    language = templates.rules.languages[language_of(decision, facts, identity, templates, now)]
    spoken = address_used_before(thread, facts.buyer, language)
    if not facts.buyer.title:
        facts = replace(
            facts, buyer=replace(facts.buyer, title=title_used_before(thread, facts.buyer, templates.rules))
        )
    body = compose_body(decision, facts, identity, templates, now=now, previous=previous, greeting=spoken)
    token = token_of(decision.turn_id, decision.step)
    parent, chain = references(thread, templates.rules.limits.references)
    envelope = Envelope(
        sender=identity.address,
        to=(facts.buyer.address,),
        cc=copies(facts.buyer, thread, identity, templates.rules),
        subject=reply_subject(_subject(thread), templates.rules),
        date=in_zone(now, identity.timezone).replace(microsecond=0),
        message_id=message_id_of(token, identity.address.domain),
        in_reply_to=parent,
        references=chain,
    )
    return Draft(
        raw=encode(envelope, *laid_out(body, language, thread, identity, templates.rules.limits.quote_lines)),
        message_id=envelope.message_id,
        subject=envelope.subject,
        to=envelope.to,
        cc=envelope.cc,
        body=body,
        evidence=_used((*decision.evidence, *_waiting(facts)), body, templates.rules, language, facts.buyer.country),
        language=language.id,
    )


def compose_body(
    decision: Decision,
    facts: Facts,
    identity: Identity,
    templates: Templates,
    *,
    now: datetime,
    previous: tuple[str, ...] = (),
    greeting: str = "",
) -> str:
    """Salutation and paragraphs of the draft. Raises LintFailed.

    ``greeting`` is how we greeted this buyer before (``Dear Ms. Nowak,``); it goes before every convention.
    """
    rules = templates.rules
    language = language_of(decision, facts, identity, templates, now)
    evidence = clean_evidence((*decision.evidence, *_waiting(facts)), rules)
    greeting = greeting or _greeting(facts.buyer, evidence, identity, rules, language)
    own = (identity.address.name, identity.company, identity.phone)
    failed: list[Problem] = []
    for known in _versions(evidence):
        values = template_values(known, rules, language, today_of(now, identity.timezone), facts.buyer.country)
        sources = Sources(tuple(values.values()), (greeting,), own)
        fitting = templates.candidates(language, decision.topic or "", values, decision.turn_id or "")
        for variant in _unread_first(fitting, values, previous, rules.limits.similar):
            body, problems = _attempt(variant, values, sources, greeting, rules)
            if not problems:
                return body
            failed.extend(Problem(f"{variant.origin} {p.where}", p.what, p.hint) for p in problems)
    raise LintFailed(
        *(failed or [Problem("no_fact", f"nothing true can be said on '{decision.topic}'", _lack(evidence))])
    )


def language_of(decision: Decision, facts: Facts, identity: Identity, templates: Templates, now: datetime) -> str:
    """The language in which we wrote to this buyer, else his own; English where we have no template of the topic in it, or lack
    what only English can say.

    News that the user told in English alone goes out in English wholly, never within another language.
    """
    topic, rules, today = decision.topic or "", templates.rules, today_of(now, identity.timezone)
    wanted = templates.language(topic, facts.spoken or facts.buyer.language)
    evidence = clean_evidence((*decision.evidence, *_waiting(facts)), rules)

    def can_be_said(language: str) -> bool:
        values = template_values(evidence, rules, language, today, facts.buyer.country)
        return bool(templates.candidates(language, topic, values, ""))

    return "en" if not can_be_said(wanted) and can_be_said("en") else wanted


def _versions(evidence: dict[str, str]) -> list[dict[str, str]]:
    """All of the evidence; and, for goods whose name spoils every wording ("new model", "hurry"), without them."""
    without = {name: value for name, value in evidence.items() if name != "product"}
    return [evidence, without] if without != evidence else [evidence]


def _attempt(
    variant: Variant, values: dict[str, str], sources: Sources, greeting: str, rules: DraftingRules
) -> tuple[str, tuple[Problem, ...]]:
    """The body in one wording, and what the lint says of it."""
    try:
        body = f"{greeting}\n\n{rules.languages[variant.language].mended(variant.render(values))}"
    except TemplateTrouble as error:
        return "", (Problem("template", str(error)),)
    return body, lint(body, sources, rules, topic=variant.topic, salutation=greeting, language=variant.language)


def _spoken(thread: Thread, facts: Facts) -> Thread:
    """The thread without what machines said after the buyer's last human word: nobody answers an out-of-office note."""
    last = facts.last_in
    if last is None:
        return thread
    kept = tuple(m for m in thread.messages if m.direction is Direction.OUT or m.date <= last)
    return replace(thread, messages=kept)


def _waiting(facts: Facts) -> tuple[Evidence, ...]:
    """The words with which the buyer said that somebody else decides."""
    answer = facts.answer
    if answer is None or answer.type != "waiting_client":
        return ()
    return (Evidence("waiting_for", answer.evidence, answer.message_id),)


def _unread_first(
    variants: tuple[Variant, ...], values: dict[str, str], previous: tuple[str, ...], limit: float
) -> list[Variant]:
    """The turn's own order, but what the buyer has read goes last, the most alike at the very end."""

    def alike(variant: Variant) -> float:
        try:
            text = variant.render(values)
        except TemplateTrouble:
            return 0.0
        share = max((likeness(text, old) for old in previous), default=0.0)
        return share if share >= limit else 0.0

    return sorted(variants, key=alike)


def likeness(text: str, other: str) -> float:
    """The share (0 to 1) of word triples of ``text`` that ``other`` has, too."""
    mine, theirs = _triples(text), _triples(other)
    return len(mine & theirs) / len(mine) if mine else 0.0


def _triples(text: str) -> set[tuple[str, ...]]:
    words = re.findall(rf"[{HAN}]|[^\W\d_{HAN}]+", text.casefold())[:2000]
    return set(zip(words, words[1:], words[2:], strict=False))


def _greeting(buyer: Buyer, evidence: dict[str, str], identity: Identity, rules: DraftingRules, language: str) -> str:
    """The salutation: the name as signed, else as evidence or the address has it; never our own name."""
    convention = rules.convention(buyer.country)
    names = [buyer.name, evidence.get("buyer_name", "")]
    if not _company_name(buyer):
        names.append(buyer.address.name)
    own = {squash(identity.address.name), squash(identity.company), squash(buyer.company)}
    for name in names:
        if squash(name) not in own and parse_name(name, buyer.title, convention, rules).full:
            return salutation(name, buyer.title, buyer.country, rules, language)
    return salutation("", "", buyer.country, rules, language)


def _company_name(buyer: Buyer) -> bool:
    """Is the name beside the address that of the company rather than of a person?"""
    name, company = squash(buyer.address.name), squash(buyer.company)
    return bool(name) and (name in company or name in squash(buyer.address.domain))


def squash(text: str) -> str:
    """Letters and figures only, casefolded: for comparing names."""
    return "".join(c for c in text.casefold() if c.isalnum())


def _subject(thread: Thread) -> str:
    """The subject that the thread carries: that of its last mail, which clients thread by; else its own."""
    return next((m.subject for m in reversed(thread.messages) if m.subject.strip()), thread.subject)


def _used(
    evidence: tuple[Evidence, ...], body: str, rules: DraftingRules, language: Language, country: str
) -> tuple[Evidence, ...]:
    """The evidence that the text really prints."""

    def printed(name: str, value: str) -> bool:
        if name == "missing":
            return any(
                words.get(id, id) in body for words in language.fields.values() for id in rules.fields if id in value
            )
        if name == "wanted":
            return any(language.asks[id] in body for id in value.split(", ") if id in language.asks)
        if name == "waiting_for":
            return any(said in body for words in language.said.values() for said in words.values())
        return local(value, language, country) in body

    items = ((item, clean_evidence((item,), rules)) for item in evidence)
    return tuple(e for e, clean in items if any(printed(name, value) for name, value in clean.items()))


def _lack(values: dict[str, str]) -> str:
    return f"known are: {', '.join(sorted(values))}" if values else "nothing is known of the offer"
