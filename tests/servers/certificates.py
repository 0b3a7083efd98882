"""Which certificates does a test server show? Made with openssl, valid for this machine only (or deliberately not)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    cert: Path
    key: Path


def make(
    place: Path, name: str = "server", hosts: str = "DNS:localhost,IP:127.0.0.1", expired: bool = False
) -> Certificate:
    """A self-signed certificate; trusted by whoever names it as ``ca_file``."""
    made = Certificate(place / f"{name}.pem", place / f"{name}.key")
    common = ["-subj", "/CN=test server", "-keyout", str(made.key), "-out", str(made.cert)]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    if expired:
        _expired(place, name, hosts, made, curve)
    else:
        _openssl("req", "-x509", *curve, "-days", "30", "-addext", f"subjectAltName={hosts}", *common)
    made.key.chmod(0o600)
    return made


def _expired(place: Path, name: str, hosts: str, made: Certificate, curve: list[str]) -> None:
    """`openssl ca` is the one command that takes both dates in every version."""
    request, home = place / f"{name}.csr", place / f"{name}-ca"
    home.mkdir()
    (home / "index.txt").write_text("")
    config = home / "ca.cnf"
    config.write_text(
        f"[ca]\ndefault_ca = me\n[me]\ndatabase = {home}/index.txt\nnew_certs_dir = {home}\ndefault_md = sha256\n"
        f"policy = any\nx509_extensions = ext\nrand_serial = yes\n[any]\ncommonName = supplied\n"
        f"[ext]\nsubjectAltName = {hosts}\nbasicConstraints = CA:TRUE\n"
    )
    _openssl("req", *curve, "-subj", "/CN=test server", "-keyout", str(made.key), "-out", str(request))
    dates = ["-startdate", "20200101000000Z", "-enddate", "20200201000000Z"]
    signing = ["-selfsign", "-batch", "-notext", "-keyfile", str(made.key), "-in", str(request), "-out", str(made.cert)]
    _openssl("ca", "-config", str(config), *dates, *signing)


def _openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"openssl {arguments[0]}: {done.stderr}")
