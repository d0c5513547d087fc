"""Print every answer link in the mails of a directory, in the order in which they came."""

import re
import sys
from email import message_from_bytes, policy
from pathlib import Path

for path in sorted(Path(sys.argv[1]).glob("*.eml")):
    body = message_from_bytes(path.read_bytes(), policy=policy.default).get_body(("plain",))
    if body is not None:
        for link in re.findall(r"https?://\S+/v1/answers/\S+", body.get_content()):
            sys.stdout.write(f"{link}\n")
