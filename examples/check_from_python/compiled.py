"""Training with the compiled model: surface.nn as a shared library, called by ctypes."""
import ctypes
import sys

import torch


def compiled_losses(library, file, position, target, steps):
    """The losses of that many steps from the parameters in a file, through the functions for C."""
    lib, weights, trainer = ctypes.CDLL(str(library.resolve())), ctypes.c_void_p(), ctypes.c_void_p()
    lib.surface_last_error.restype = ctypes.c_char_p

    class Rows(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("row", ctypes.c_ssize_t), ("element", ctypes.c_ssize_t)]

    class Step(ctypes.Structure):
        _fields_ = [("loss", ctypes.c_float), ("applied", ctypes.c_bool)]

    def check(status):
        if status != 0:
            sys.exit(lib.surface_last_error().decode())

    inputs, targets, step = Rows(position.data_ptr()), (Rows * 2)(*(Rows(t.data_ptr()) for t in target.values())), Step()
    check(lib.surface_weights_load(str(file).encode(), ctypes.byref(weights)))
    check(lib.surface_trainer_create(weights, None, ctypes.byref(trainer)))
    losses = []
    for _ in range(steps):
        count = ctypes.c_size_t(len(position))
        check(lib.surface_trainer_step(trainer, count, ctypes.byref(inputs), targets, ctypes.byref(step)))
        losses.append(step.loss)
    return torch.tensor(losses, dtype=torch.float64)
