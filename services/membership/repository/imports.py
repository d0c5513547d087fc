"""Where imports are kept."""

from services.membership.domain.imports import Import, UnknownImport
from shared.persistence import Repository


class ImportRepository(Repository[Import]):
    """Imports, each with its rows."""

    collection = "imports"
    aggregate = Import
    not_found = UnknownImport
