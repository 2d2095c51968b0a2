"""Checkpoints by torch.save and torch.load, as safe against a crash as ours: written elsewhere, flushed to the disk, renamed."""
import os

import torch


def prepare(operation, folder, snapshots, inits, sites):
    path = os.path.join(folder, "checkpoint.pt")
    tensors = {"weight": torch.randn(inits, 1, sites), "generator": torch.get_rng_state(), "snapshots": torch.randn(snapshots, inits, 1, sites)}

    def write():
        with open(path + ".tmp", "wb") as file:
            torch.save(tensors, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(path + ".tmp", path)
        return tensors

    def read():
        return torch.load(path)

    write()
    return {"write": write, "read": read}[operation], lambda held: {"check": [held["snapshots"].numel()]}
