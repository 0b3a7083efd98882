"""What does a part hold, when even the charset that it names cannot be looked up?"""

from __future__ import annotations

from email.message import Message


def held_by(part: Message) -> object:
    """The parts of a container, else the text as it stands, not decoded. Never raises: a charset that is no name counts as none.

    The standard library looks a charset up as it comes; a NUL in it, or one in the form of RFC 2231, is an error there.
    """
    try:
        return part.get_payload()
    except (ValueError, TypeError, LookupError, AttributeError):
        kind = part.get_content_type()
        del part["Content-Type"]
        part["Content-Type"] = kind
        return part.get_payload()
