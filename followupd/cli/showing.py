"""Who is the buyer, what was asked and offered, what was written? (show, of a thread or of a buyer)"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from followupd.cli.at_hand import Found, Options, View, as_json, find, of_account, views
from followupd.cli.buyers import as_plain, dossier_of, drafting_rules, meant, perhaps_same_line, show_dossier
from followupd.cli.output import clean, clean_text, in_short, say, say_json, when
from followupd.cli.terms import fit_name, hit_name, term
from followupd.cli.tongue import chinese, comma, later, said, shown
from followupd.deciding.plain import named
from followupd.dossier.people import matching, people_of
from followupd.errors import Problem, UserError
from followupd.judging.sameness import perhaps_same
from followupd.model import Buyer, Facts, Fit, Message, Quote, Terms


@click.command("show")
@click.argument("target", metavar="THREAD|BUYER")
@as_json
@of_account
@click.pass_obj
def show_command(options: Options, target: str, json_: bool, only: str | None) -> None:
    """Show a thread with its quotes and mails, or the card of a buyer over all his threads.

    THREAD is the start of a thread's id. BUYER is an address, a company's domain, or a name; if several fit, they are listed.
    """
    with views(options.config, only) as opened:
        if not _is_thread(opened, target):
            _show_buyer(options, opened, target, json_=json_)
            return
        found = find(opened, target)
        whole, facts = found.view.index.thread(found.thread_id), found.view.index.facts(found.thread_id)
        assert whole is not None
        others = list(_perhaps_same(found, facts)) if facts else []
        if json_:
            told = {"account": found.view.account.title, "thread": whole, "facts": facts, "perhaps_same": others}
            say_json(told)
            return
        say(said("Thread {id} with {buyer}: {subject}", id=whole.id, buyer=clean(whole.buyer.email), subject=clean(whole.subject)))
        for line in _facts_lines(facts) if facts else ():
            say(f"  {line}")
        for other in others:
            say("  " + perhaps_same_line(other["buyer"], other["thread"], other["by"]))
        for message in whole.messages:
            _show_mail(message)


def _is_thread(opened: list[View], typed: str) -> bool:
    """Does a thread's id begin so? Raises UserError where a buyer's name does as well ("Ada", "Bea")."""
    wanted = typed.strip().lower()
    ids = [id for view in opened for id in view.index.resolve(wanted)] if "@" not in wanted else []
    if not ids or wanted in ids:
        return bool(ids)
    named = [p.email for view in opened for p in matching(people_of(view.index), wanted)]
    if named:
        problem = later("fits thread {id} and buyer {buyer}", id=ids[0], buyer=clean(named[0]))
        raise UserError(Problem(typed, problem, later("give the whole id or the address")))
    return True


def _show_buyer(options: Options, opened: list[View], typed: str, *, json_: bool) -> None:
    """The card, once for each account that knows him."""
    found, rules, now = meant(opened, typed), drafting_rules(options.config), datetime.now(UTC)
    for one in found:
        if (dossier := dossier_of(one, rules, now)) is None:
            raise UserError(Problem(one.email, "nothing is known of him any more", "`followupd list threads` shows buyers"))
        say_json(as_plain(dossier)) if json_ else show_dossier(dossier)


def _perhaps_same(found: Found, facts: Facts) -> Iterator[dict[str, str]]:
    """Other threads' buyers who are perhaps this one; shown only, threads stay apart."""
    seen = {facts.buyer.address.email}
    for row in found.view.index.rows():
        other = row.facts.buyer if row.facts else None
        if other is None or other.address.email in seen:
            continue
        if by := perhaps_same(facts.buyer, other):
            seen.add(other.address.email)
            yield {"thread": row.id, "buyer": other.address.email, "by": by}


def _facts_lines(facts: Facts) -> Iterator[str]:
    yield from card(facts.buyer)
    if facts.inquiry and (asked := terms_line(facts.inquiry.terms)):
        yield said("Asked: {terms}", terms=asked)
    if facts.inquiry and facts.inquiry.fit is not Fit.UNKNOWN:
        told = [f"{clean(shown(hit_name(h)))} ({clean(h.evidence, 80)})" for h in facts.inquiry.hits if h.signal.startswith("fit")]
        yield said("Goods: {fit}: {signs}", fit=fit_name(facts.inquiry.fit), signs="; ".join(told))
    for quote in facts.quotes:
        yield quote_line(quote)


def card(buyer: Buyer) -> Iterator[str]:
    """The buyer as a visiting card; what is not known is left out."""
    name = f"{buyer.title} {buyer.name or buyer.address.name}".strip()
    company = clean(buyer.company) or said("company unknown")
    yield said("Buyer: {name}, {company} <{email}>", name=clean(name) or "-", company=company, email=clean(buyer.address.email))
    source = said(" (from its {source})", source=term(clean(buyer.country_source))) if buyer.country_source else ""
    place = f"{clean(buyer.country)}{source}" if buyer.country else said("country unknown")
    parts = [place, clean(buyer.timezone), clean(buyer.phone), said("writes {language}", language=clean(buyer.language))]
    yield "  " + comma().join(part for part in parts if part)
    handles = {"WhatsApp": buyer.whatsapp, "WeChat": buyer.wechat, "Telegram": buyer.telegram, "web": buyer.website}
    if told := [f"{name} {clean(value, 80)}" for name, value in handles.items() if value]:
        yield "  " + comma().join(told)
    if buyer.platform:
        way = {
            "direct": "",
            "relay": said(", answers are passed on"),
            "site": said(", answer on the site"),
            "ask": said(", address unknown"),
        }
        yield "  " + said("through {platform}{way}", platform=clean(buyer.platform, 60), way=way[buyer.reach.value])
    if buyer.cc:
        yield "  " + said("with {others} in Cc", others=clean(", ".join(a.email for a in buyer.cc)))


def quote_line(quote: Quote) -> str:
    """An offer of ours in one line: when, its terms, what it lacks."""
    number = f" {clean(quote.number)}" if quote.number else ""
    lacking = said("; lacks {parts}", parts=lacks(quote)) if quote.missing else ""
    until = said("; valid until {day}", day=quote.valid_until) if quote.valid_until else ""
    source = said(" (in {file})", file=clean(quote.source, 80)) if quote.source else ""
    terms = terms_line(quote.terms) or said("no terms found")
    return said("Quote{number} of {day}{source}: {terms}", number=number, day=when(quote.sent), source=source, terms=terms) + until + lacking


def lacks(quote: Quote) -> str:
    """What an offer of ours does not say."""
    return "、".join(shown(term(part)) for part in quote.missing) if chinese() else clean(named(quote.missing))


def terms_line(terms: Terms) -> str:
    """``prices 2.30 USD pc; incoterm FOB Ningbo``: what a mail names, without the words it stood in."""
    from followupd.lab.judge import plain

    found = plain(terms)
    assert isinstance(found, dict)
    between = "；" if chinese() else "; "
    return between.join(f"{shown(term(name)) if chinese() else name.replace('_', ' ')} {clean(in_short(value), 120)}" for name, value in found.items())


def _show_mail(message: Message) -> None:
    arrow = said("we wrote") if message.direction == "out" else said("they wrote")
    day = message.date.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    say(f"\n--- {day}, {arrow}: {clean(message.sender.name or message.sender.email)} <{clean(message.sender.email)}>")
    say(f"    {clean(message.subject)}\n\n{clean_text(message.new_text).strip()}")
    for attached in message.attachments:
        read = said(", read as a quote") if attached.text else ""
        size = said("{count} bytes", count=attached.size)
        say(f"    [{clean(attached.filename, 80)}, {clean(attached.content_type, 60)}, {size}{read}]")
