"""Settings: typed, read once from the environment; what is wrong stops the process at start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import parse_qs, urlsplit

SAMPLERS = ("always_on", "always_off", "traceidratio")
PARENT_BASED = "parentbased_"
"""Before the name of a sampler."""


class BadSettings(SystemExit):
    """The environment does not make settings; the text lists everything that is wrong."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one process of a service is told from outside.

    Attributes:
        AMQP_URI: Broker: ``amqp://user:password@host:port/vhost``; with TLS
            ``amqps://…?cacertfile=/path/of/ca.pem``, the system's authorities when that is missing.
        MONGO_URI: Database server; must be a replica set, of one node at least. With TLS it ends in
            ``&tls=true&tlsCAFile=/path/of/ca.pem``.
        MONGO_DATABASE: Database; the service's name when empty.
        HTTP_HOST: Address to listen at.
        HTTP_PORT: Port of the API; the service's own when 0.
        HTTP_SHARED_PORT: Let replicas on one machine share the port (SO_REUSEPORT).
        ADMIN_PORT: Port for this process's health and metrics alone; 0 for none.
        HTTP_CONCURRENCY: Requests handled at the same time; more are answered 503.
        TOKEN_PUBLIC_KEY_FILE: PEM of the Ed25519 key that tokens are checked with.
        LINK_SECRET: Key of signed links; events and notification must have the same.
        PUBLIC_URL: Where links in mails lead, without a path.
        SMTP_URI: Mail server: ``smtp://host:port``.
        SMTP_SECONDS: How long the mail server may take for one mail.
        MAIL_FROM: Sender of mails.
        CLOCK_MAY_BE_SET: Allow ``PUT /v1/clock``; never in production.
        RETRY_LADDER_SECONDS: Delays before an event is tried again, rising, seconds.
        PREFETCH: Unacked messages that the broker gives to one process at the most.
        OUTBOX_SWEEP_SECONDS: How old an unpublished event must be for another to publish it.
        TIMER_POLL_SECONDS: Pause between looks for due timers, seconds.
        DRAIN_SECONDS: How long work in hand may take after SIGTERM; below the 30 s after which
            Docker and Kubernetes kill.
        LOG_LEVEL: DEBUG, INFO, WARNING or ERROR.
        OTEL_EXPORTER_OTLP_ENDPOINT: Collector of traces, OTLP over HTTP: ``http://host:4318``; when
            empty, none are kept.
        OTEL_TRACES_SAMPLER: Which traces are kept: ``always_on``, ``always_off`` or
            ``traceidratio``, with ``parentbased_`` before it where callers decide.
        OTEL_TRACES_SAMPLER_ARG: Share of traces that a ``traceidratio`` keeps, 0 to 1.
    """

    AMQP_URI: str = field(default="amqp://guest:guest@127.0.0.1:5672/", repr=False)
    MONGO_URI: str = field(default="mongodb://127.0.0.1:27017/?replicaSet=rs0", repr=False)
    MONGO_DATABASE: str = ""
    HTTP_HOST: str = "127.0.0.1"
    HTTP_PORT: int = 0
    HTTP_SHARED_PORT: bool = False
    ADMIN_PORT: int = 0
    HTTP_CONCURRENCY: int = 100
    TOKEN_PUBLIC_KEY_FILE: Path | None = None
    LINK_SECRET: str = field(default="", repr=False)
    PUBLIC_URL: str = "http://127.0.0.1:8002"
    SMTP_URI: str = field(default="smtp://127.0.0.1:1025", repr=False)
    SMTP_SECONDS: float = 20.0
    MAIL_FROM: str = "secretariat@zirve.example"
    CLOCK_MAY_BE_SET: bool = False
    RETRY_LADDER_SECONDS: tuple[int, ...] = (5, 30, 120, 600, 3600, 21600)
    PREFETCH: int = 300
    OUTBOX_SWEEP_SECONDS: float = 5.0
    TIMER_POLL_SECONDS: float = 1.0
    DRAIN_SECONDS: float = 25.0
    LOG_LEVEL: str = "INFO"
    OTEL_EXPORTER_OTLP_ENDPOINT: str = ""
    OTEL_TRACES_SAMPLER: str = "parentbased_always_on"
    OTEL_TRACES_SAMPLER_ARG: float = 1.0

    @property
    def outbox_age(self) -> timedelta:
        """Age from which an unpublished event is swept."""
        return timedelta(seconds=self.OUTBOX_SWEEP_SECONDS)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings.

        Raises:
            BadSettings: One cannot be read, or is out of range; all of them are listed.
        """
        given = os.environ if environment is None else environment
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        wrong = []
        for each in fields(cls):
            text = given.get(each.name)
            if text is None or (text == "" and each.name != "MONGO_DATABASE"):
                continue
            try:
                values[each.name] = _read(text, hints[each.name])
            except ValueError as error:
                wrong.append(f"{each.name}: {error}")
        settings = cls(**values)
        wrong += _out_of_range(settings)
        if wrong:
            raise BadSettings("Settings that cannot be used:\n  " + "\n  ".join(wrong))
        return settings


def _read(text: str, kind: Any) -> Any:
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise ValueError("true or false is expected")
        return text.lower() == "true"
    if kind == tuple[int, ...]:
        return tuple(int(part) for part in text.split(","))
    if kind == Path | None:
        return Path(text)
    return kind(text)


def _out_of_range(settings: Settings) -> list[str]:
    wrong = []
    ladder = settings.RETRY_LADDER_SECONDS
    if not ladder or list(ladder) != sorted(set(ladder)) or ladder[0] < 1:
        wrong.append("RETRY_LADDER_SECONDS: rising whole numbers from 1 are expected")
    # The highest port of TCP; the highest prefetch that a quorum queue honours.
    ranges = {
        "HTTP_PORT": (0, 65_535),
        "ADMIN_PORT": (0, 65_535),
        "HTTP_CONCURRENCY": (1, 2000),
        "PREFETCH": (1, 2000),
        "SMTP_SECONDS": (1, 600),
        "OTEL_TRACES_SAMPLER_ARG": (0, 1),
    }
    wrong += [
        f"{name}: {low} to {high} is expected"
        for name, (low, high) in ranges.items()
        if not low <= getattr(settings, name) <= high
    ]
    wrong += _authority_in_vain(settings.AMQP_URI)
    if settings.LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        wrong.append("LOG_LEVEL: DEBUG, INFO, WARNING or ERROR is expected")
    collector = settings.OTEL_EXPORTER_OTLP_ENDPOINT
    if collector and not re.fullmatch(r"https?://[^\s/@]+(/\S*)?", collector):
        wrong.append("OTEL_EXPORTER_OTLP_ENDPOINT: http://host:4318 is expected")
    if settings.OTEL_TRACES_SAMPLER.removeprefix(PARENT_BASED) not in SAMPLERS:
        wrong.append(f"OTEL_TRACES_SAMPLER: one of {', '.join(SAMPLERS)} is expected")
    return wrong


def _authority_in_vain(uri: str) -> list[str]:
    """Return what keeps a broker's certificate from being checked by the file that was named."""
    parts = urlsplit(uri)
    named = parse_qs(parts.query).get("cacertfile", [])
    if named and parts.scheme != "amqps":
        return ["AMQP_URI: cacertfile is of use with amqps:// only"]
    return [f"AMQP_URI: there is no file {each}" for each in named if not Path(each).is_file()]
