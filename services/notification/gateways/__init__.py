"""Calls out of notification: letters written, with their calendar objects, and sent by SMTP."""

from services.notification.gateways.post import Post

__all__ = ["Post"]
