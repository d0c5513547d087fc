"""Is each object of the shape that its API takes? Fields that it does not know are refused."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate

from deploy.manifests.kubernetes.installation import Installation
from deploy.manifests.kubernetes.kustomize import CORE, Manifest, name_of

VERSIONS = ("1.32", "1.37")
"""Of Kubernetes: the oldest that our manifests are for, and the newest that is described here."""
SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"


def problems(installation: Installation) -> Iterator[str]:
    """Tell what is not of its shape."""
    for manifest in installation.manifests:
        for problem in _problems_of(json.dumps(manifest)):
            yield f"{name_of(manifest)}: {problem}"


@cache
def _problems_of(text: str) -> list[str]:
    """Check one object, once: most are the same in several overlays."""
    manifest = json.loads(text)
    if manifest["apiVersion"] in CORE:
        return [problem for version in VERSIONS for problem in _of_core(manifest, version)]
    return list(_of_custom(manifest))


def _of_core(manifest: Manifest, version: str) -> Iterator[str]:
    try:
        kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.SchemaNotFoundError:
        yield f"Kubernetes {version} has no such kind in {manifest['apiVersion']}"
    except jsonschema.ValidationError as error:
        yield f"Kubernetes {version} refuses {error.json_path}: {error.message}"


def _of_custom(manifest: Manifest) -> Iterator[str]:
    schema = _custom_schemas().get((manifest["apiVersion"], manifest["kind"]))
    if schema is None:
        yield f"there is no schema of {manifest['kind']} in {manifest['apiVersion']}"
        return
    for error in jsonschema.Draft202012Validator(schema).iter_errors(manifest):
        yield f"its schema refuses {error.json_path}: {error.message}"


@cache
def _custom_schemas() -> dict[tuple[str, str], dict[str, Any]]:
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")]
    return {
        (each["properties"]["apiVersion"]["const"], each["properties"]["kind"]["const"]): each
        for each in schemas
    }
