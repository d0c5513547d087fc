"""Is each process told what it knows, and all that it needs?"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from deploy.manifests.kubernetes.installation import Installation, Pods
from shared.config import BadSettings, Settings

TRACING = {
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_SERVICE_NAME",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
}
"""Read by OpenTelemetry's SDK itself.

Source:
    OpenTelemetry, "Environment Variable Specification".
"""
SECRET = {"AMQP_URI", "MONGO_URI", "LINK_SECRET"}
TOLD_ALL = {"AMQP_URI", "MONGO_URI"}
TOLD_SERVICES = TOLD_ALL | {"HTTP_HOST", "HTTP_PORT", "ADMIN_PORT", "TOKEN_PUBLIC_KEY_FILE"}
TOLD = {
    "events": TOLD_SERVICES | {"LINK_SECRET"},
    "notification": TOLD_SERVICES | {"LINK_SECRET", "SMTP_URI", "MAIL_FROM", "PUBLIC_URL"},
}
"""Settings without a default of use in a cluster, by service."""
PORTS = {"HTTP_PORT": "http", "ADMIN_PORT": "admin"}


def problems(installation: Installation) -> Iterator[str]:
    """Tell what a process is told in vain, wrongly, openly, or not at all."""
    for pods, container in installation.programs:
        told = {each["name"]: each for each in container.get("env", [])}
        needed = TOLD.get(pods.name, TOLD_SERVICES) if pods.is_service else TOLD_ALL
        for name in sorted(needed - told.keys()):
            yield f"{pods.owner} is not told {name}"
        if "envFrom" in container:
            yield f"{pods.owner} is told settings that are not named"
        for problem in (*_names(told), *_agreement(pods, told)):
            yield f"{pods.owner}: {problem}"


def _names(told: dict[str, Any]) -> Iterator[str]:
    known = {each.name for each in fields(Settings)} | TRACING
    for name in sorted(told.keys() - known):
        yield f"{name} is no setting"
    for name in sorted(told.keys() & SECRET):
        if "secretKeyRef" not in told[name].get("valueFrom", {}):
            yield f"{name} must come from a Secret"


def _agreement(pods: Pods, told: dict[str, Any]) -> Iterator[str]:
    """Compare settings with what the pod says of the same things."""
    try:
        said = Settings.from_environment({k: v["value"] for k, v in told.items() if "value" in v})
    except BadSettings as bad:
        yield " ".join(str(bad).split())
        return
    for name, port in PORTS.items():
        if name in told and getattr(said, name) != pods.ports.get(port):
            yield f"{name} is {getattr(said, name)}, the port {port!r} is {pods.ports.get(port)}"
    path = said.TOKEN_PUBLIC_KEY_FILE
    if path is not None and str(path) not in files_in(pods):
        yield f"nothing is mounted at {path}"
    if pods.is_service:
        yield from _ending(pods, said.DRAIN_SECONDS)


def _ending(pods: Pods, drain: float) -> Iterator[str]:
    lifecycle = (pods.program or {}).get("lifecycle", {})
    pause = lifecycle.get("preStop", {}).get("sleep", {}).get("seconds", 0)
    allowed = pods.spec.get("terminationGracePeriodSeconds", 30)
    if pause + drain >= allowed:
        yield f"it is killed after {allowed} s, and pauses {pause} s and drains {drain:g} s"


def files_in(pods: Pods) -> set[str]:
    """Return the files that pods have from Secrets and ConfigMaps."""
    sources = {
        volume["name"]: (volume.get("configMap") or volume.get("secret") or {}).get("items", [])
        for volume in pods.spec.get("volumes", [])
    }
    return {
        f"{mount['mountPath']}/{item['path']}"
        for container in pods.containers
        for mount in container.get("volumeMounts", [])
        for item in sources.get(mount["name"], [])
    }
