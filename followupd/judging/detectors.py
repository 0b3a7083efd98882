"""Which checks can a rule name as its ``detector``?

All of them, by the name of their function; what is no pattern in a rule file is one small function here.
"""

from __future__ import annotations

from followupd.judging import signs_around as around
from followupd.judging import signs_of_danger as danger
from followupd.judging import signs_of_intent as intent
from followupd.judging import signs_of_likeness as likeness
from followupd.judging.seen import Detector
from followupd.judging.signs_of_goods import unrelated_goods

DETECTORS: dict[str, Detector] = {
    f.__name__: f
    for f in (
        intent.model, intent.product, intent.nothing_named, intent.quantity, intent.incoterm, intent.payment,
        intent.destination, intent.questions, intent.business_domain, intent.free_mail, intent.signature,
        intent.no_signature, intent.addresses_us, intent.many_suppliers, intent.subject_empty,
        danger.dangerous_attachment, danger.dangerous_link, danger.brand, danger.platform_imitated, danger.order_lure, danger.order_link,
        danger.false_answer, danger.address_in_link, danger.volume_without_goods, danger.pi_at_once, danger.reply_to_free,
        danger.reply_to, danger.written_address,
        around.role_mailbox, around.free_mail_great_name, around.working_hours, around.known_writer, around.same_letter,
        around.dmarc, around.unauthenticated, around.lookalike, around.other_ending, around.places_differ,
        around.mixed_letters, around.greets_address, unrelated_goods,
        likeness.reads_genuine, likeness.reads_vague, likeness.reads_pitch, likeness.reads_surely_pitch, likeness.reads_only_pitch, likeness.reads_otherwise,
        likeness.reads_newsletter, likeness.reads_surely_newsletter, likeness.reads_buyer, likeness.reads_scam, likeness.reads_very_like_scam,
        likeness.reads_surely_otherwise, likeness.reads_scam_about_goods,
    )
}  # fmt: skip
