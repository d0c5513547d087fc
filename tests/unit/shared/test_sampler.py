import pytest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.trace.sampling import Sampler

from shared.config import SAMPLERS
from shared.observability.traces.export import sampler_of


def a_context(*, sampled: bool) -> trace.SpanContext:
    return trace.SpanContext(1, 2, is_remote=True, trace_flags=trace.TraceFlags(int(sampled)))


def below(*, sampled: bool) -> Context:
    return trace.set_span_in_context(trace.NonRecordingSpan(a_context(sampled=sampled)), Context())


def keeps(sampler: Sampler, parent: Context | None = None, *, linked: bool | None = None) -> bool:
    links = [] if linked is None else [trace.Link(a_context(sampled=linked))]
    decided = sampler.should_sample(parent or Context(), 2**127, "a span", links=links)
    return decided.decision.is_sampled()


@pytest.mark.parametrize("root", SAMPLERS)
def test_a_sampler_that_asks_the_parent_does_as_it_says(root: str) -> None:
    sampler = sampler_of(f"parentbased_{root}", 0.5)

    assert keeps(sampler, below(sampled=True))
    assert not keeps(sampler, below(sampled=False))


@pytest.mark.parametrize(("root", "kept"), [("always_on", True), ("always_off", False)])
@pytest.mark.parametrize("parent", [True, False])
def test_one_that_does_not_decides_by_itself(root: str, kept: bool, parent: bool) -> None:
    assert keeps(sampler_of(root, 0.5), below(sampled=parent)) is kept


@pytest.mark.parametrize("name", ["traceidratio", "parentbased_traceidratio"])
@pytest.mark.parametrize(("ratio", "kept"), [(0.0, False), (1.0, True)])
def test_a_new_trace_is_kept_by_its_share(name: str, ratio: float, kept: bool) -> None:
    assert keeps(sampler_of(name, ratio)) is kept


def test_a_new_trace_that_is_linked_to_a_kept_one_is_kept() -> None:
    sampler = sampler_of("parentbased_traceidratio", 0)

    assert keeps(sampler, linked=True)
    assert not keeps(sampler, linked=False)
    assert not keeps(sampler, below(sampled=False), linked=True)
