import subprocess
import sys
import tomllib

import pytest

from deploy.local.layout import REPOSITORY
from deploy.local.services import MODULES
from shared import VERSION
from shared.config import BadSettings, Settings
from shared.messaging.envelope import Cause
from shared.observability.traces import context

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WELL_FORMED = f"00-{TRACE}-{SPAN}-01"


def test_a_well_formed_context_is_read() -> None:
    assert context.read(WELL_FORMED) == WELL_FORMED


@pytest.mark.parametrize(
    "given",
    [
        None,
        7,
        "",
        "00-x",
        WELL_FORMED.upper(),
        f" {WELL_FORMED}",
        f"{WELL_FORMED}\n",
        f"{WELL_FORMED}-more",
        f"{WELL_FORMED},{WELL_FORMED}",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}",
    ],
)
def test_what_is_no_context_is_ignored(given: object) -> None:
    assert context.read(given) is None


@pytest.mark.parametrize("version", ["01", "cc", "fe"])
def test_of_a_later_version_is_read_what_this_one_has(version: str) -> None:
    assert context.read(f"{version}-{TRACE}-{SPAN}-01") == WELL_FORMED
    assert context.read(f"{version}-{TRACE}-{SPAN}-01-what-comes") == WELL_FORMED
    assert context.read(f"{version}-{TRACE}-{SPAN}-01what-comes") is None


@pytest.mark.parametrize(
    ("flags", "kept"), [("00", "00"), ("02", "02"), ("03", "03"), ("fd", "01")]
)
def test_flags_that_nobody_knows_are_not_handed_on(flags: str, kept: str) -> None:
    assert context.read(f"00-{TRACE}-{SPAN}-{flags}") == f"00-{TRACE}-{SPAN}-{kept}"


def test_a_new_context_is_well_formed_and_recorded_by_nobody() -> None:
    new = {context.begun() for _ in range(100)}

    assert len(new) == 100
    assert {context.read(each) for each in new} == new
    assert not any(map(context.is_sampled, new))


def test_a_trace_has_an_id() -> None:
    assert Cause("c", "c", WELL_FORMED).trace_id == TRACE
    assert Cause("c", "c").trace_id == ""


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]

    assert project["version"] == VERSION


def test_no_service_imports_opentelemetry_unless_traces_are_kept() -> None:
    imports = f"import sys, shared.launcher, {', '.join(MODULES.values())}; "
    asked = "print([each for each in sys.modules if 'opentelemetry' in each])"

    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", imports + asked],
        capture_output=True,
        check=True,
        cwd=REPOSITORY,
        text=True,
    )

    assert said.stdout == "[]\n"


@pytest.mark.parametrize("url", ["http://collector:4318", "https://[::1]:4318/otlp"])
def test_a_collector_is_taken(url: str) -> None:
    given = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_SAMPLER_ARG": "0.25"}

    settings = Settings.from_environment(given)

    assert url == settings.OTEL_EXPORTER_OTLP_ENDPOINT
    assert settings.OTEL_TRACES_SAMPLER_ARG == 0.25


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector:4317"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@collector:4318"),
        ("OTEL_TRACES_SAMPLER", "sometimes"),
        ("OTEL_TRACES_SAMPLER", "parentbased_jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.1"),
        ("OTEL_TRACES_SAMPLER_ARG", "half"),
    ],
)
def test_what_makes_no_traces_is_refused_at_the_start(name: str, value: str) -> None:
    with pytest.raises(BadSettings, match=name):
        Settings.from_environment({name: value})
