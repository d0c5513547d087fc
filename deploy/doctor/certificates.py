"""Looking at the certificates of those whom URIs name."""

import socket
import ssl
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from deploy.local.doctor import OPERATIONS, Finding, Trouble

SOON = timedelta(days=30)
CONNECT_SECONDS = 5
PORTS = {"amqps": 5671, "https": 443, "mongodb": 27017}
AUTHORITY = {"amqps": "cacertfile", "mongodb": "tlsCAFile"}
"""Option of a URI that names the file of the authority, by scheme."""


def examine_certificates(uris: Iterable[str]) -> Iterator[Finding]:
    """Look how long certificates are good; URIs without TLS have none."""
    for uri in uris:
        parts = urlsplit(uri)
        options = parse_qs(parts.query)
        if parts.scheme not in PORTS or (
            parts.scheme == "mongodb" and options.get("tls") != ["true"]
        ):
            continue
        authority = options.get(AUTHORITY.get(parts.scheme, ""), [None])[0]
        # Of a replica set every member has one.
        for address in parts.netloc.rpartition("@")[2].split(","):
            host, _, port = address.partition(":")
            yield _examine(host, int(port or PORTS[parts.scheme]), authority)


def _examine(host: str, port: int, authority: str | None) -> Finding:
    what = f"certificate of {host}:{port}"
    try:
        context = ssl.create_default_context(cafile=authority)
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            certificate = wrapped.getpeercert() or {}
    except ssl.SSLError as error:
        return Finding(what, _untrusted(error.reason or str(error)))
    except OSError as error:
        return Finding(what, _untrusted(f"{type(error).__name__}: {error}"))
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)
    return Finding(f"{what}: good until {ends:%Y-%m-%d}", _ending(ends - datetime.now(UTC)))


def _ending(left: timedelta) -> Trouble | None:
    if left > SOON:
        return None
    return Trouble(
        is_wrong=f"It ends in {left.days} days and {left.seconds // 3600} hours.",
        matters="From then on no service connects to it any more.",
        mend="Have a new one issued, put it in its place and have the server read it.",
        see=f"{OPERATIONS}#accounts",
    )


def _untrusted(reason: str) -> Trouble:
    return Trouble(
        is_wrong=f"It is not good, or was not shown: {reason}",
        matters="No service connects to a server that cannot prove who it is.",
        mend="Check host, port and authority in the URI, and the dates of the certificate.",
        see=f"{OPERATIONS}#accounts",
    )
