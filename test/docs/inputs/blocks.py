"""Writes the fenced blocks of a document that are .nn text into files: blocks.py README.md FOLDER."""
import pathlib
import re
import sys

document, folder = sys.argv[1:]
blocks = re.findall(r"^```(?:nn)?\n(.*?)^```$", pathlib.Path(document).read_text(), re.M | re.S)
texts = [b for b in blocks if re.search(r"^(model|layer|activation|const) ", b, re.M)]
for number, text in enumerate(texts):
    pathlib.Path(folder, f"{number}.nn").write_text(text)
print(len(texts), "texts")
