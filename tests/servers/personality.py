"""How does each mail provider differ from the book? One description per provider, in personalities.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

from followupd.mailbox.base import Box

BEFORE = "IMAP4rev1 ID"
AFTER = "IMAP4rev1 ID IDLE UIDPLUS MOVE SPECIAL-USE"


class Personality(BaseModel):
    """One provider as others have met it. What is left out is as in the book."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    met: str
    """What others met there, in a sentence."""
    provider: str = ""
    """Its entry in rules/providers.yaml; empty for a server of one's own."""
    greeting: str = "IMAP4rev1 ready"
    before: str = BEFORE
    """What CAPABILITY says before the login, and after it."""
    after: str = AFTER
    mangled: bool = False
    """The capabilities in the answer to LOGIN are garbled."""
    id_first: bool = False
    """Without ID no folder opens."""
    folders: dict[Box, str] = {Box.SENT: "Sent", Box.DRAFTS: "Drafts", Box.TRASH: "Trash", Box.JUNK: "Junk"}
    delimiter: str = "/"
    uses: Literal["special-use", "xlist", "nowhere"] = "special-use"
    """Where it says which part a folder plays."""
    twice: bool = False
    """Every folder is listed twice."""
    labels: tuple[str, ...] = ()
    """Folders that show a copy of whatever comes into INBOX."""
    everything: str = ""
    """A folder that shows every mail, drafts included."""
    everything_marked: bool = True
    r"""LIST says ``\All`` of it."""
    drafts_unflagged: bool = False
    r"""What people write in the web lacks ``\Draft``."""
    uidnext: bool = True
    validity: Literal["kept", "rotates"] = "kept"
    """Rotating: new with every connection, and all UIDs with it."""
    search: Literal["works", "no", "bad", "empty", "lags"] = "works"
    sets: Literal["any", "ascending", "existing"] = "any"
    """Which UID sets it takes: all, none that runs backwards, none that begins behind the last mail."""
    keywords: Literal["kept", "refused", "ignored"] = "kept"
    rfc822: Literal["full", "empty"] = "full"
    """What FETCH of RFC822 gives; BODY[] is always whole."""
    idle: Literal["tells", "mute", "ends"] = "tells"
    """Whether IDLE tells of news, never does, or ends with the connection."""
    copyuid_lies: bool = False
    drops_x: bool = False
    """Headers beginning with X- are lost when a mail is stored."""


def personalities() -> dict[str, Personality]:
    """All of them by name."""
    listed = yaml.safe_load(Path(__file__).with_name("personalities.yaml").read_text(encoding="utf-8"))
    return {name: Personality.model_validate(entry) for name, entry in listed.items()}
