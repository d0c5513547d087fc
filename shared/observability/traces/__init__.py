"""Traces: which request or timer something follows from, and how long each step of the way took.

``context`` travels always. ``spans`` tells what is done, and ``export`` sends it where somebody
looks; it alone imports OpenTelemetry, and is itself imported only where traces are kept.
"""
