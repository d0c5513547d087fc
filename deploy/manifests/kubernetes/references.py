"""Is the operator told of every Secret and ConfigMap that is referred to, and of no others?"""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import Manifest, name_of

Reference = tuple[str, str, str]
"""Kind, name and key."""

ROW = re.compile(r"^\| (Secret|ConfigMap) \| `([\w.-]+)` \| ([^|]+) \|", re.MULTILINE)
"""A row of the table in docs/operations/kubernetes.md: kind, name, keys."""
TLS_KEYS = ("tls.crt", "tls.key")
"""Of a Secret that an Ingress has its certificate from."""


def problems(installations: Iterable[Installation], page: Path) -> Iterator[str]:
    """Tell what somebody has to make and is not told of, and what is made in vain."""
    documented = _documented(page.read_text(encoding="utf-8"))
    used: set[Reference] = set()
    for installation in installations:
        for manifest in installation.manifests:
            for reference in sorted(set(_referred_to(manifest))):
                used.add(reference)
                if reference not in documented:
                    yield (
                        f"{installation.name}: {name_of(manifest)} refers to"
                        f" {_shown(reference)}, of which {page.name} says nothing"
                    )
    for reference in sorted(documented - used):
        yield f"{page.name} says how {_shown(reference)} is made, and nothing refers to it"


def _shown(reference: Reference) -> str:
    kind, name, key = reference
    return f"{key!r} of the {kind} {name}"


def _documented(text: str) -> set[Reference]:
    return {
        (kind, name, key)
        for kind, name, keys in ROW.findall(text)
        for key in re.findall(r"`([^`]+)`", keys)
    }


def _referred_to(manifest: Manifest) -> Iterator[Reference]:
    yield from _within(manifest)
    if manifest["kind"] == "Ingress":
        for tls in manifest["spec"].get("tls", []):
            yield from (("Secret", tls["secretName"], key) for key in TLS_KEYS)


def _within(value: Any) -> Iterator[Reference]:
    """Return the references in a value, wherever they lie."""
    if isinstance(value, list):
        for each in value:
            yield from _within(each)
    elif isinstance(value, dict):
        for field, each in value.items():
            if field in READERS:
                yield from READERS[field](each)
            else:
                yield from _within(each)


def _key_of_secret(ref: dict[str, Any]) -> Iterator[Reference]:
    yield "Secret", ref["name"], ref["key"]


def _key_of_config_map(ref: dict[str, Any]) -> Iterator[Reference]:
    yield "ConfigMap", ref["name"], ref["key"]


def _keys_of_secrets(refs: list[dict[str, Any]]) -> Iterator[Reference]:
    yield from (("Secret", ref["name"], ref["key"]) for ref in refs)


def _volume_of_secret(volume: dict[str, Any]) -> Iterator[Reference]:
    yield from (("Secret", volume["secretName"], item["key"]) for item in volume["items"])


def _volume_of_config_map(volume: dict[str, Any]) -> Iterator[Reference]:
    yield from (("ConfigMap", volume["name"], item["key"]) for item in volume["items"])


READERS: dict[str, Callable[[Any], Iterator[Reference]]] = {
    "secretKeyRef": _key_of_secret,
    "passwordSecretRef": _key_of_secret,
    "configMapKeyRef": _key_of_config_map,
    "secretTargetRef": _keys_of_secrets,
    "secret": _volume_of_secret,
    "configMap": _volume_of_config_map,
}
"""What refers to a Secret or ConfigMap, by the field that it is in."""
