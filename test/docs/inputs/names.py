"""Looks up the names that the pages for those who come from elsewhere use: names.py REPOSITORY."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
library = "".join(path.read_text() for path in (root / "stdlib").glob("*.nn"))
known = set(re.findall(r"^(?:function|activation|layer|encoding|loss|optimizer|init) (\w+)", library, re.M))
known |= set(re.findall(r"(\w+)(?:: \w+)? = ", library)) | set(re.findall(r"(\w+): int", library))  # arguments
known |= set("tanh exp exp2 cast concat precision repeat layer optimizer for unit true false x a b f16 rate".split())
known |= set("trainer forward backward update weight color hash_grid_0".split())
names = set()
for page in ("from_drjit_nn.md", "from_tiny_cuda_nn.md"):
    for row in re.findall(r"^\|[^|]*\|([^|]*)\|", (root / "grammar" / page).read_text(), re.M):
        for code in re.findall(r"`([^`]*)`", row):
            names |= set(re.findall(r"[A-Za-z_]\w*", code))
for name in sorted(names - known):
    print("unknown:", name)
print(len(names), "names,", len(names - known), "unknown")
