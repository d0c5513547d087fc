"""Every variable of docker-compose.yml: what it means, and its default or that it is a secret."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.access.accounts import ADMINISTRATOR, BACKUP, DEPLOYER
from deploy.access.accounts import variable as password_of
from deploy.local.ports import API_PORTS

WIDTH = 98
ACCOUNTS = (*API_PORTS, DEPLOYER, ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Variable:
    """A line of ``.env``.

    Attributes:
        name: In the environment.
        meaning: One sentence; empty when the one before says it too.
        default: What docker-compose.yml takes without it; of no use for a secret.
        is_secret: It has no default; ``make env`` makes one at random.
    """

    name: str
    meaning: str
    default: str = ""
    is_secret: bool = False


def _secret(name: str, meaning: str) -> Variable:
    return Variable(name, meaning, is_secret=True)


def _passwords(server: str, meaning: str) -> Iterator[Variable]:
    for account in ACCOUNTS:
        yield _secret(password_of(server, account), meaning if account == ACCOUNTS[0] else "")


VARIABLES = (
    *_passwords("BROKER", "Passwords at the broker. Without the last there is no administrator."),
    *_passwords("DATABASE", "Passwords at the database. The last only reads, for backups."),
    _secret(password_of("DATABASE", BACKUP), ""),
    _secret("DATABASE_MEMBERS_KEY", "What members of the replica set know each other by."),
    _secret("LINK_SECRET", "Key of signed links in mails."),
    _secret("GRAFANA_PASSWORD", "Of Grafana's user admin."),
    Variable(
        "TOKEN_PUBLIC_KEY",
        "PEM file of the Ed25519 key that tokens are checked with.",
        "./secrets/token.public.pem",
    ),
    Variable(
        "CLOCK_MAY_BE_SET", "Allow PUT /v1/clock: for demonstrations, never in production.", "false"
    ),
    Variable("PUBLIC_URL", "Where links in mails lead, without a path.", "http://127.0.0.1:8080"),
    Variable("MAIL_FROM", "Sender of mails.", "secretariat@zirve.example"),
    Variable("SMTP_URI", "Mail server; unless given, one that keeps all.", "smtp://mailpit:1025"),
    Variable(
        "RETRY_LADDER_SECONDS",
        "Delays before an event is tried again, rising, seconds.",
        "5,30,120,600,3600,21600",
    ),
    Variable(
        "OPERATOR_TOKEN", "A token with the role operator, for a restore; rather not in the file."
    ),
    Variable("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR.", "INFO"),
    Variable(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "Where traces go, none when empty; http://tempo:4318 with the profile observe.",
    ),
    Variable(
        "ENTRANCE_ADDRESS",
        "Address of this machine that the entrance listens at; 0.0.0.0 for all.",
        "127.0.0.1",
    ),
    Variable("ENTRANCE_PORT", "Port of the four APIs.", "8080"),
    Variable(
        "ENTRANCE_TLS_PORT", "The same with TLS, where ENTRANCE_SITE is a host's name.", "8443"
    ),
    Variable(
        "ENTRANCE_SITE",
        "http:// for any host without TLS. A host's name has the entrance fetch a certificate for"
        " it, which needs the ports 80 and 443.",
        "http://",
    ),
    Variable("BROKER_PORT", "Ports for operators, on the loopback interface alone.", "5672"),
    Variable("DATABASE_PORT", "", "27017"),
    Variable("MAIL_PORT", "", "8025"),
    Variable("PROMETHEUS_PORT", "", "9090"),
    Variable("GRAFANA_PORT", "", "3000"),
    Variable("REGISTRY", "Where the images of the services are, and which of them.", "localhost"),
    Variable("VERSION", "", "dev"),
    Variable(
        "PYTHON_IMAGE",
        "Images of others; name@sha256:… pins one.",
        "docker.io/library/python:3.11-slim-bookworm",
    ),
    Variable("RABBITMQ_IMAGE", "", "docker.io/library/rabbitmq:4.3.4"),
    Variable("MONGODB_IMAGE", "", "docker.io/library/mongo:8.0"),
    Variable("CADDY_IMAGE", "", "docker.io/library/caddy:2.11"),
    Variable("MAILPIT_IMAGE", "", "docker.io/axllent/mailpit:v1.31"),
    Variable("PROMETHEUS_IMAGE", "", "docker.io/prom/prometheus:v3.5.0"),
    Variable("GRAFANA_IMAGE", "", "docker.io/grafana/grafana:12.0.1"),
    Variable("TEMPO_IMAGE", "", "docker.io/grafana/tempo:2.8.0"),
    Variable("PIP_INDEX_URL", "Package index that images are built from; pip's own when empty."),
    Variable("PIP_EXTRA_INDEX_URL", ""),
    Variable("PIP_TRUSTED_HOST", ""),
)


def comment(variable: Variable) -> str:
    """Return what one means as lines of comment; empty when the one before says it."""
    lines = textwrap.wrap(variable.meaning, WIDTH)
    return "".join(f"# {line}\n" for line in lines)


def left_out(variable: Variable) -> str:
    """Return the lines of one that has its default."""
    return f"{comment(variable)}# {variable.name}={variable.default}\n"
