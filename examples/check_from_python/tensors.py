"""Safetensors files: the length of a header in JSON, the header, the numbers."""
import json
import struct

import torch


def write(path, tensors):
    header, data = {}, b""
    for name, t in tensors.items():
        chunk = t.detach().contiguous().numpy().tobytes()
        kind = {torch.float64: "F64", torch.float32: "F32"}[t.dtype]
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [len(data), len(data) + len(chunk)]}
        data += chunk
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read(path):
    data = path.read_bytes()
    begin = 8 + struct.unpack("<Q", data[:8])[0]
    entries = {name: entry for name, entry in json.loads(data[8:begin]).items() if name != "__metadata__"}
    slices = {name: data[begin + e["data_offsets"][0] : begin + e["data_offsets"][1]] for name, e in entries.items()}
    return {n: torch.frombuffer(bytearray(slices[n]), dtype=torch.float64).view(e["shape"]) for n, e in entries.items()}
