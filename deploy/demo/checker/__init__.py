"""The checker: recounts databases, queues and mails against ``expected.json``.

It knows what is stored and sent, and none of the code that stores and sends it: it imports nothing
of ``services`` and ``shared``. ``python -m deploy.demo.checker`` runs it by itself, also after
processes were killed. Each check is a line; the exit code is 1 when one of them fails.
"""

from deploy.demo.checker.evidence import Evidence
from deploy.demo.checker.judge import check
from deploy.demo.checker.witness import watch

__all__ = ["Evidence", "check", "watch"]
