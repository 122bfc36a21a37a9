"""The tensors of a safetensors file beside the bytes that a report's text says: beside_file.py FILE TEXT."""
import json
import re
import struct
import sys

with open(sys.argv[1], "rb") as file:
    header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
with open(sys.argv[2], encoding="utf-8") as file:
    text = file.read()

sizes = {name: (entry["data_offsets"][1] - entry["data_offsets"][0]) // 8 for name, entry in header.items()}
names = re.findall(r"^  (\S+\.(?:table|weight|offset)) ", text, re.M)
params = sum(sizes[name] for name in names)
assert f"parameters: {params:,} numbers, " in text and f"({4 * params:,} bytes)" in text, text
print(f"{len(names)} parameters, {params} numbers, {4 * params} bytes")

states = {name: size for name, size in sizes.items() if name.rsplit(".", 1)[0] in names}
kept = sum(states.values())
assert f"keeps m, v of them: 16 KiB ({4 * kept:,} bytes)" in text, text
print(f"{len(states)} states, {kept} numbers, {4 * kept} bytes")
