"""Is this host the machine itself?

Plain text is allowed to the machine itself only, so the question is asked in one place: by address, never by how a name
begins (127.evil.example is any host at all).
"""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """``localhost`` or a loopback address; other names are looked up and therefore not believed."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
