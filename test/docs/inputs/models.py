"""Writes each model of a document whose name begins so into a file of its own, with the declarations of its block:
models.py DOCUMENT FOLDER BEGINNING."""
import pathlib
import re
import sys

document, folder, beginning = sys.argv[1:]
fence, blocks = None, []
for line in pathlib.Path(document).read_text().splitlines():
    if line.startswith("```"):
        fence = None if fence is not None else line[3:]
        blocks.append("")
    elif fence == "nn":
        blocks[-1] += line + "\n"
for block in blocks:
    for name in re.findall(r"^model (%s\w*) \{" % beginning, block, re.M):
        text = re.sub(r"^model (?!%s\b)\w+ \{.*?^\}$" % name, "", block, flags=re.M | re.S)
        pathlib.Path(folder, name + ".nn").write_text(text)
        print(name)
