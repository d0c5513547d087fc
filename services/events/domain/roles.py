"""Roles of a token that rules distinguish; who may enter a door is declared at the door."""

ORGANISER = "organiser"
"""The secretariat: it sees drafts, and may record what came after a deadline."""
