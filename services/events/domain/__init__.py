"""Meetings, invitations and delegations, and the copies that their rules ask."""
