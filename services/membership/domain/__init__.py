"""Aggregates, values, rules and errors of membership; pure.

What a path names and nobody knows is ``NotFound``, stated beside its aggregate. What a body names
and cannot be used is ``RuleViolated`` of the same name, stated in ``references``: the code tells
the fact, the status tells where it was met.
"""
