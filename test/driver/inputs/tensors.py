"""Safetensors files as text: `tensors.py write FILE NAME DTYPE SHAPE NUMBERS …` (SHAPE as 2,3 or -), `tensors.py show FILE`,
`tensors.py join FILE FROM FROM …`: all tensors of some files but `losses`."""
import json
import struct
import sys

FORMATS = {"F64": "d", "F32": "f", "F16": "e", "I32": "i", "U32": "I", "I64": "q", "U8": "B"}


def to_bytes(dtype, numbers):
    if dtype == "BF16":
        return b"".join(struct.pack("<f", float(n))[2:] for n in numbers)
    convert = float if dtype[0] == "F" else int
    return struct.pack(f"<{len(numbers)}{FORMATS[dtype]}", *map(convert, numbers))


def write(path, words):
    header, data = {}, b""
    for name, dtype, shape, numbers in zip(*[iter(words)] * 4):
        chunk = to_bytes(dtype, numbers.split(",") if numbers != "-" else [])
        extents = [int(e) for e in shape.split(",")] if shape != "-" else []
        header[name] = {"dtype": dtype, "shape": extents, "data_offsets": [len(data), len(data) + len(chunk)]}
        data += chunk
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def show(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    for name, entry in sorted(header.items()):
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        form = FORMATS[entry["dtype"]]
        numbers = struct.unpack(f"<{(end - begin) // struct.calcsize(form)}{form}", data[begin:end])
        print(name, entry["dtype"], entry["shape"], " ".join(f"{n:.12g}" for n in numbers))


def join(path, parts):
    header, data = {}, b""
    for part in parts:
        with open(part, "rb") as file:
            entries = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
            bytes_of = file.read()
        for name, entry in entries.items():
            if name in ("__metadata__", "losses"):
                continue
            chunk = bytes_of[slice(*entry["data_offsets"])]
            header[name] = {**entry, "data_offsets": [len(data), len(data) + len(chunk)]}
            data += chunk
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


{"join": lambda: join(sys.argv[2], sys.argv[3:]), "write": lambda: write(sys.argv[2], sys.argv[3:]), "show": lambda: show(sys.argv[2])}[sys.argv[1]]()
