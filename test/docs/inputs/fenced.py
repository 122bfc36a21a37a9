"""Prints the first fenced block of a language in a document: fenced.py packing.md cpp."""
import pathlib
import re
import sys

document, language = sys.argv[1:]
print(re.search(rf"^```{language}\n(.*?)^```$", pathlib.Path(document).read_text(), re.M | re.S)[1], end="")
