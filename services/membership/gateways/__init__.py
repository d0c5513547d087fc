"""Calls out of membership: workbooks, read by a program of their own."""

from services.membership.gateways.workbooks import read_workbook

__all__ = ["read_workbook"]
