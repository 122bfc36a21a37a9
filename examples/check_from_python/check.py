"""What nnc computes of surface.nn beside what PyTorch does: outputs, loss, gradients, and the losses of Adam's steps."""
import argparse
import subprocess
import sys
from pathlib import Path

import torch
from torch import nn

from compiled import compiled_losses
from tensors import read, write


class Surface(nn.Module):
    """surface.nn, line by line; parameters have the names that they have there."""

    def __init__(self):
        super().__init__()
        self.linear_0, self.linear_1 = nn.Linear(2, 32), nn.Linear(32, 32)
        self.linear_2, self.linear_3 = nn.Linear(32, 1), nn.Linear(32, 3)

    def forward(self, position):
        trunk = nn.functional.silu(self.linear_1(torch.tanh(self.linear_0(position))))
        return {"height": self.linear_2(trunk), "color": torch.sigmoid(self.linear_3(trunk))}

    def loss(self, output, target):
        height, color = (output[name] - target[name] for name in ("height", "color"))
        return (height**2).mean() + 0.5 * color.abs().mean()

    def tensors(self):
        return {name.replace("bias", "offset"): p for name, p in self.named_parameters()}


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--nnc", default="nnc", help="the program")
parser.add_argument("--model", type=Path, default=Path(__file__).with_name("surface.nn"))
parser.add_argument("--library", type=Path, help="surface.nn compiled with --c-api: its losses too, which are f32")
parser.add_argument("--samples", type=int, default=64)
parser.add_argument("--steps", type=int, default=20)
parser.add_argument("--folder", type=Path, default=Path("."), help="where the files of tensors go")
options = parser.parse_args()

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
model = Surface()
position = torch.rand(options.samples, 2)
target = {"height": torch.rand(options.samples, 1), "color": torch.rand(options.samples, 3)}

# What nnc says.
given, result, trained = (options.folder / f"{name}.safetensors" for name in ("given", "result", "trained"))
write(given, {"position": position, **{f"target.{n}": t for n, t in target.items()}, **model.tensors()})
nnc = [options.nnc, options.model, f"--evaluate={given}"]
subprocess.run([*nnc, "-o", result], check=True)
subprocess.run([*nnc, f"--steps={options.steps}", "-o", trained], check=True)
ours, after = read(result), read(trained)

# What PyTorch says, under the same names.
single = {name: p.detach().float() for name, p in model.tensors().items()}
x = position.clone().requires_grad_()
output = model(x)
loss = model.loss(output, target)
loss.backward()
theirs = {**output, "loss": loss, "gradient.position": x.grad}
theirs |= {f"gradient.{name}": p.grad for name, p in model.tensors().items()}
adam = torch.optim.Adam(model.parameters(), lr=1e-2)
losses = []
for _ in range(options.steps):
    adam.zero_grad()
    loss = model.loss(model(position), target)
    loss.backward()
    adam.step()
    losses.append(loss.detach())

rows = [(name, ours[name], value, 1e-12) for name, value in theirs.items()]
rows += [("losses", after["losses"], torch.stack(losses), 1e-9)]
rows += [(f"trained {name}", after[name], value, 1e-9) for name, value in model.tensors().items()]
if options.library:
    write(given, single)
    f32 = [t.float() for t in (position, *target.values())]
    compiled = compiled_losses(options.library, given, f32[0], dict(zip(target, f32[1:])), options.steps)
    rows += [("losses, compiled", compiled, torch.stack(losses), 1e-5)]

failed = False
print(f"{'tensor':28}{'shape':>10}{'largest':>14}{'difference':>12}{'bound':>8}")
for name, a, b, bound in rows:
    difference = (a - b).abs().max().item() if a.shape == b.shape else float("inf")
    failed |= not difference <= bound  # NaN, too
    print(f"{name:28}{str(list(b.shape)):>10}{b.abs().max().item():14.6f}{difference:12.1e}{bound:8.0e}")
print("they differ" if failed else "they agree")
sys.exit(failed)
