"""Aggregates in MongoDB."""

from shared.persistence.mongo import Mongo
from shared.persistence.repository import Index, Repository

__all__ = ["Index", "Mongo", "Repository"]
