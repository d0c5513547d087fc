"""Checks of what is deployed: files that other programs read, looked at before these do."""
