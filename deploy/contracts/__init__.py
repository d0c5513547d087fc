"""The published language on file: a sample of each event, and every contract's fields.

Both lie in ``tests/contract`` and only ever grow; the tests hold the code to them.
"""
