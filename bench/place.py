"""Where is measured, how large and how often? One Dovecot and one directory for a whole run, filled indexes made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from bench.filled import Filler
from bench.office import Office
from tests.servers.dovecot import Dovecot


@dataclass
class Place:
    """What all measures share."""

    server: Dovecot
    directory: Path
    runs: int
    sizes: tuple[int, ...]
    """Messages in the index."""
    threads: int
    """That are decided anew after a reload."""
    sync: int
    """Mails of a first look."""
    accounts: int
    _filler: Filler | None = None
    _offices: dict[str, Office] = field(default_factory=dict)

    @property
    def largest(self) -> int:
        return self.sizes[-1]

    def office(self, name: str) -> Office:
        """A fresh place to work with an empty mailbox."""
        return Office(self.server, self.directory / name)

    def filled(self, messages: int) -> Office:
        """An office whose index knows so many messages, two to a thread; the same one each time."""
        name = f"m{messages}"
        if name not in self._offices:
            self._filler = self._filler or Filler(self.server, self.directory / "small")
            office = self.office(name)
            self._filler.fill(office, messages // 2)
            self._offices[name] = office
        office = self._offices[name]
        office.port, office.more = 0, {}
        office.configure()
        return office
