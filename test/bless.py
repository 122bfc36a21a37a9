"""Stands in for FileCheck when expectations are rewritten (`./dev bless`).

An expectation that is the whole output, one `CHECK:` line and then only `CHECK-NEXT:` or `CHECK-EMPTY:` lines, is replaced
by what came in. Any other one was written by hand for a part of the output: it is checked as always.

usage: bless.py FILECHECK TEST [FileCheck options] < output
"""
import re
import subprocess
import sys


def escaped(line):
    """FileCheck gives `{{` and `[[` a meaning of their own."""
    return line.replace("{{", "{{[{][{]}}").replace("[[", "{{\\[\\[}}")


def expectation(lead, prefix, output):
    """The output as check lines. Trailing blanks do not count, as in FileCheck."""
    lines = [line.rstrip() for line in output.splitlines()]
    while lines and not lines[0]:
        lines.pop(0)
    word = prefix + ":"
    for line in lines:
        yield f"{lead}{prefix}-EMPTY:\n" if not line else f"{lead}{word} {escaped(line)}\n"
        word = prefix + "-NEXT:"


def main():
    filecheck, path, *options = sys.argv[1:]
    sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # of a text that is not UTF-8 some bytes come in
    output = sys.stdin.read()
    prefix = next((o.split("=", 1)[1] for o in options if re.match("--?check-prefix(es)?=", o)), "CHECK")
    with open(path) as file:
        lines = file.readlines()
    is_check = re.compile(rf"^(\W*){re.escape(prefix)}(-[A-Z]+)?:")
    checks = [(i, m) for i, m in ((i, is_check.match(line)) for i, line in enumerate(lines)) if m]
    kinds = [m.group(2) for _, m in checks]
    if not checks or kinds[0] is not None or any(kind not in ("-NEXT", "-EMPTY") for kind in kinds[1:]) or len(kinds) < 2:
        return subprocess.run([filecheck, path, *options], input=output, encoding="utf-8", errors="surrogateescape").returncode
    first, match = checks[0]
    taken = {i for i, _ in checks}
    new = list(expectation(match.group(1), prefix, output))
    kept_before = [line for i, line in enumerate(lines[:first]) if i not in taken]
    kept_after = [line for i, line in enumerate(lines) if i >= first and i not in taken]
    text = "".join(kept_before + new + kept_after)
    if text != "".join(lines):
        with open(path, "w") as file:
            file.write(text)
        print(f"blessed {path}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
