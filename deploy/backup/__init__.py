"""Backups: the four databases as they were at one instant, and back again.

``python -m deploy.backup take`` reads all of them at one cluster time while everything goes on;
``verify`` reads a backup and says what is damaged; ``restore`` writes one into empty databases;
``finish`` has everything said again, so that services hear what was on its way at that instant.
A backup is a directory as ``mongodump --gzip`` makes it, and a manifest, which is written last.
"""
