"""Aggregates in MongoDB."""

from shared.persistence.mongo import Mongo
from shared.persistence.repository import IGNORING_CASE, Index, Repository

__all__ = ["IGNORING_CASE", "Index", "Mongo", "Repository"]
