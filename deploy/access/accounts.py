"""The accounts there are, and their passwords, which are given from outside."""

from collections.abc import Iterable

from deploy.local.environment import given

DEPLOYER = "deploy"
"""Declares exchanges, queues and indexes; no process of a service runs as it."""
MONITOR = "monitor"
"""Sees at the broker's management API how much lies in each queue, and takes nothing from any; for
what scales services by it. There is one only where its password is given."""
ADMINISTRATOR = "admin"
"""May do everything; for people and the demonstration. There is none without a password for it."""
BACKUP = "backup"
"""Reads all databases, and nothing else; only where it is given a password."""


class PasswordsMissing(SystemExit):
    """Accounts have no password; the text names the variables that should hold one."""


def passwords(server: str, services: Iterable[str]) -> dict[str, str]:
    """Read the password of each account from the environment.

    Args:
        server: ``BROKER`` or ``DATABASE``; the variables are ``BROKER_PASSWORD_TRAVEL`` and so on.
        services: Their names; the deployer's account comes with them, and the administrator's if it
            has a password.

    Raises:
        PasswordsMissing: A variable is missing or empty; all of them are named.
    """
    needed = (*services, DEPLOYER)
    found = {name: given(variable(server, name)) for name in (*needed, ADMINISTRATOR)}
    missing = [variable(server, name) for name in needed if found[name] is None]
    if missing:
        raise PasswordsMissing("Passwords are missing: " + ", ".join(missing))
    return {name: password for name, password in found.items() if password is not None}


def variable(server: str, account: str) -> str:
    """Name the variable that holds an account's password."""
    return f"{server}_PASSWORD_{account.upper()}"
