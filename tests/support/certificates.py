"""Certificates of an authority that lives as long as a test, and a server that nobody may trust."""

import ipaddress
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from deploy.local.ports import LOOPBACK

LIFE = timedelta(hours=12)


class Authority:
    """Signs certificates of servers.

    Attributes:
        ca_file: PEM of its own certificate.
    """

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        built = _begun(self._name, self._name, self._key.public_key()).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.ca_file = folder / f"{name}.pem"
        self.ca_file.write_bytes(_pem(built.sign(self._key, hashes.SHA256())))

    def issue(self, address: str, life: timedelta = LIFE) -> tuple[Path, Path]:
        """Make a key and a certificate for an IP address; returns the files of both."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        begun = _begun(subject, self._name, key.public_key(), life)
        built = begun.add_extension(names, critical=False)
        certificate_file, key_file = self._folder / "server.pem", self._folder / "server.key.pem"
        certificate_file.write_bytes(_pem(built.sign(self._key, hashes.SHA256())))
        key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key_file.chmod(0o600)
        return certificate_file, key_file


@contextmanager
def outdated_server(authority: Authority) -> Iterator[str]:
    """Run a server with a good certificate that speaks TLS 1.1 alone; yields its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(LOOPBACK))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=_greet, args=(server, context), daemon=True).start()
        yield f"{LOOPBACK}:{server.getsockname()[1]}"


@contextmanager
def server_with(files: tuple[Path, Path]) -> Iterator[str]:
    """Run a server that shows a certificate and then ends; yields its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=_greet, args=(server, context), daemon=True).start()
        yield f"{LOOPBACK}:{server.getsockname()[1]}"


def _greet(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:  # The test is over.
            return
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    life: timedelta = LIFE,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + life)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)
