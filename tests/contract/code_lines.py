"""Counts lines of code: what is left without blank lines, comments and docstrings.

``python -m tests.contract.code_lines shared`` prints the numbers of a folder.
"""

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

NOT_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def counted(source: str) -> Counter[str]:
    """Return the number of lines by kind: ``code``, ``docstring``, ``comment``, ``blank``."""
    documented = _documented(source)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    code = {
        line
        for token in tokens
        if token.type not in NOT_CODE
        for line in range(token.start[0], token.end[0] + 1)
    }
    counts: Counter[str] = Counter()
    for number, text in enumerate(source.splitlines(), start=1):
        if number in documented:
            counts["docstring"] += 1
        elif number in code:
            counts["code"] += 1
        else:
            counts["comment" if text.strip() else "blank"] += 1
    return counts


def _documented(source: str) -> set[int]:
    """Return the lines of docstrings, those below attributes among them."""
    texts = [
        each
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for each in node.body
        if isinstance(each, ast.Expr)
        and isinstance(each.value, ast.Constant)
        and isinstance(each.value.value, str)
    ]
    return {line for each in texts for line in range(each.lineno, (each.end_lineno or 0) + 1)}


if __name__ == "__main__":
    total: Counter[str] = Counter()
    for path in sorted(Path(sys.argv[1]).rglob("*.py")):
        total += counted(path.read_text())
    sys.stdout.write(f"{total.total()} lines: {dict(total)}\n")
