"""What a process says of itself at ``/metrics``, read as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

from tests.support.client import Client
from tests.support.running_service import RunningService


class Scraped:
    """All samples of one moment."""

    def __init__(self, text: str) -> None:
        self._samples = [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def value(self, name: str, **labels: str) -> float | None:
        """Return the one sample that has these labels; ``None`` when there is none."""
        wanted = labels.items()
        found = [
            value for each, has, value in self._samples if each == name and wanted <= has.items()
        ]
        assert len(found) <= 1, (name, labels)
        return found[0] if found else None


def scraped(service: RunningService) -> Scraped:
    """Ask the one process of a service."""
    client = Client(service.admin_url)
    try:
        answer = client.get("/metrics")
    finally:
        client.close()
    assert answer.status_code == 200
    return Scraped(answer.text)
