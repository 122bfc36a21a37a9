"""Writes the library's reference page from its texts: page.py OUTPUT FILE.nn …

Each declaration has a heading, what its comment says (a sentence, and where the formula is from), its signature with the
defaults, and its body, as the file has them. A comment that stands alone says something of the file, or of what follows."""
import pathlib
import re
import sys

DECLARATION = re.compile(r"(function|activation|layer|encoding|loss|optimizer|init) (\w+)")


def blocks(text):
    """The parts of a text between empty lines; lines in brackets stay together."""
    part, depth = [], 0
    for line in text.splitlines() + [""]:
        if line or depth > 0:
            part.append(line)
            code = line.split("//")[0]
            depth += sum(code.count(c) for c in "([{") - sum(code.count(c) for c in ")]}")
        elif part:
            yield part
            part = []


def declarations(lines):
    """The declarations that stand one behind the other in a block, each with its lines."""
    found = []
    for line in lines:
        if DECLARATION.match(line):
            found.append([line])
        else:
            found[-1].append(line)
    return found


def page(files):
    contents, body, headings = [], [], []
    for file in files:
        names = []
        for part in blocks(file.read_text()):
            said = [line.removeprefix("//").strip() for line in part if line.startswith("//")]
            code = [line for line in part if not line.startswith("//")]
            if not code:
                body += [f"## {file.stem}", "", *said, ""] if not names else [*said, ""]
                continue
            for number, lines in enumerate(declarations(code)):
                kind, name = DECLARATION.match(lines[0]).groups()
                names.append(name)
                body += [f"### {name}", ""]
                if said and number == 0:
                    body += [*said, ""]
                body += ["```nn", *lines, "```", ""]
        # Headings of one name are told apart as Markdown's readers do it: identity, identity-1.
        links = []
        for name in names:
            earlier = headings.count(name)
            headings.append(name)
            links.append(f"[{name}](#{name}{f'-{earlier}' if earlier else ''})")
        contents.append(f"- **{file.stem}**: " + ", ".join(links))
    head = ["# The library", "", "Made by the build from the texts of `stdlib/`; what stands here is what runs.", ""]
    return "\n".join(head + contents + [""] + body)


if __name__ == "__main__":
    output, *files = sys.argv[1:]
    pathlib.Path(output).write_text(page([pathlib.Path(file) for file in files]))
