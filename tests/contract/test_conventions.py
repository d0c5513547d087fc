import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from deploy.contracts.language import contracts, contracts_of, values
from deploy.docs.docstrings import described
from deploy.local.layout import REPOSITORY
from deploy.local.services import MODULES
from shared.config import Settings
from shared.errors import Conflict, RuleViolated
from shared.launcher import service_class
from shared.service import repositories_of, topology_of
from shared.web.auth import PUBLIC, SIGNED_LINK
from shared.web.door import doors_of
from shared.web.openapi import document
from tests.contract.canvas import SERVICES, canvas_of, domain_modules, is_named_by, made_in
from tests.contract.code_lines import counted

FILE_LINES = 300
CHASSIS_CODE_LINES = 5_900
"""Without the contracts; see docs/decisions/0008, 0013 to 0016, 0018."""
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "base"}
SERVICE_FILES = {"service", "schemas", "use_cases", "domain", "repository"}
OPTIONAL_FILES = {"__init__", "gateways", "templates"}
ROLES = {"organiser", "host", "city_lead", "operator"}

each_service = pytest.mark.parametrize("service", SERVICES)


def kind_of(service: str) -> Any:
    return service_class(MODULES[service])


def below(*folders: str, pattern: str = "*") -> Iterator[Path]:
    for folder in folders:
        for path in sorted((REPOSITORY / folder).rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(REPOSITORY)


# -- sizes, names, places --------------------------------------------------------------------------


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    code = (path for path in below("services", "shared", "deploy") if "data" not in path.parts)
    long = {
        str(path): lines
        for path in code
        if path.suffix != ".json"
        if (lines := len((REPOSITORY / path).read_bytes().splitlines())) > FILE_LINES
    }

    assert long == {}


def test_the_chassis_stays_small() -> None:
    sources = [each for each in below("shared", pattern="*.py") if "contracts" not in each.parts]

    assert sum(counted((REPOSITORY / each).read_text())["code"] for each in sources) <= (
        CHASSIS_CODE_LINES
    )


def test_what_counts_as_code() -> None:
    source = (
        '"""Says\nwhat."""\n\nA = (  # why\n    1,\n)\n"""Of A."""\n# Alone.\ntext = """a\n\nb"""\n'
    )

    assert counted(source) == {"docstring": 3, "code": 6, "comment": 1, "blank": 1}


def test_names_say_what_a_file_is() -> None:
    found = [path for path in below("services", "shared", "deploy", "tests") if is_vague(path)]

    assert found == []


def is_vague(path: Path) -> bool:
    return bool(BANNED_NAMES & {part.partition(".")[0] for part in path.parts})


@each_service
def test_a_service_has_the_same_files_as_the_others(service: str) -> None:
    names = {path.parts[2].partition(".")[0] for path in below(f"services/{service}")}

    assert SERVICE_FILES <= names <= SERVICE_FILES | OPTIONAL_FILES


# -- canvases tell the truth -----------------------------------------------------------------------


@each_service
def test_a_canvas_names_what_the_service_owns(service: str) -> None:
    canvas, repositories = canvas_of(service), repositories_of(kind_of(service))
    nouns = [*canvas.owned, *canvas.copies]

    for noun in nouns:
        assert any(is_named_by(each, noun) for each in repositories), noun
    for each in repositories:
        assert any(is_named_by(each, noun) for noun in nouns), each
    assert len(nouns) == len(repositories)


@each_service
def test_a_canvas_names_what_the_service_publishes(service: str) -> None:
    stated = {each.__name__ for each in contracts_of(service)}

    assert canvas_of(service).publishes == stated


@each_service
def test_every_event_is_made_by_the_domain_of_its_publisher(service: str) -> None:
    made = {name for module in domain_modules(service) for name in made_in(module, service)}

    assert made == {each.__name__ for each in contracts_of(service)}


@each_service
def test_a_canvas_names_what_the_service_hears(service: str) -> None:
    heard = topology_of(kind_of(service), (1,)).heard

    assert canvas_of(service).subscribes == {name: set(names) for name, names in heard.items()}


@pytest.mark.parametrize("service", ["membership"])
def test_every_refusal_of_a_domain_quotes_its_rule(service: str) -> None:
    refusals = {
        each
        for module in domain_modules(service)
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__
        if issubclass(each, RuleViolated | Conflict)
    }

    assert refusals
    for each in refusals:
        assert each.rule.endswith("."), each


# -- doors -----------------------------------------------------------------------------------------


@each_service
def test_subscribers_are_called_after_what_they_hear(service: str) -> None:
    for name, each in vars_of(kind_of(service)).items():
        for entrypoint in getattr(each, "nameko_entrypoints", ()):
            if contract := getattr(entrypoint, "contract", None):
                words = re.sub(r"(?<!^)(?=[A-Z])", "_", contract.__name__).lower()
                assert name == f"on_{words}"


@each_service
def test_no_door_hides_another_of_the_same_name(service: str) -> None:
    declared = [
        name
        for kind in kind_of(service).__mro__
        for name, each in vars(kind).items()
        if hasattr(each, "nameko_entrypoints")
    ]

    assert sorted(declared) == sorted(set(declared))


def vars_of(kind: type) -> dict[str, Any]:
    return {name: value for each in reversed(kind.__mro__) for name, value in vars(each).items()}


@each_service
def test_every_door_says_whom_it_lets_in(service: str) -> None:
    doors = doors_of(kind_of(service))

    assert doors
    for door in doors:
        assert door.allow is not PUBLIC, f"{door.name} is open to everybody"
        assert door.allow is SIGNED_LINK or door.allow.scopes, f"{door.name} is open to nobody"
        assert door.allow.scopes.keys() <= ROLES, door.name


@each_service
def test_doors_have_versioned_paths_and_documented_methods(service: str) -> None:
    for door in doors_of(kind_of(service)):
        assert door.path.startswith("/v1/"), door.name
        assert (door.function.__doc__ or "").partition("\n")[0].endswith("."), door.name


@each_service
def test_the_description_of_an_api_is_openapi(service: str) -> None:
    described_api = document(kind_of(service))

    validate(described_api)
    operations = [each for path in described_api["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names))


# -- docstrings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [*contracts(), *values(), Settings], ids=lambda kind: kind.__name__
)
def test_a_docstring_lists_exactly_the_fields(kind: Any) -> None:
    listed = described(kind)
    own = [each.name for each in fields(kind) if each.name != "occurred_at"]

    assert listed.text.partition("\n")[0].endswith(".")
    assert list(listed.attributes) == own
    assert all(text.endswith((".", "…", "?")) for text in listed.attributes.values())


def test_no_two_events_have_the_same_name() -> None:
    names = [each.__name__ for each in (*contracts(), *values())]

    assert len(names) == len(set(names))
