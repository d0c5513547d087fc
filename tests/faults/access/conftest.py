from collections.abc import Iterator

import pytest

from tests.support.guarded import Guarded


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Broker and database with accounts and TLS, started on first use."""
    with Guarded.started(tmp_path_factory.mktemp("guarded")) as guarded:
        yield guarded
