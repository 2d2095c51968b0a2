"""Reads what a run of torchrf leaves in its folder, with nothing but numpy.

    run = read("checkpoints/compare-ising-seed1-57504c4d")
    run.axes["trained"]        # ("step", "init", "unit", "site")
    run.arrays["trained"][-1]  # receptive fields at the last snapshot
    run.curves["ipr"]            # along run.curves["step"]
    run.results["verdict"]       # what results.json says
"""
import csv
import json
import pathlib
import struct
import types

import numpy as np

_DTYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1", "BOOL": "?"}
_AXES = {
    "trained": ("step", "init", "unit", "site"),
    "theory": ("step", "init", "unit", "site"),
    "amplifier": ("curve", "a"),
    "receptive_fields": ("component", "site"),
    "mixing": ("site", "component"),
}

# What earlier versions called them.
_FORMER = {"simulated": "trained", "predicted": "theory"}


def safetensors(path):
    """The arrays of a .safetensors file by name, and its metadata."""
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8:8 + length])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, told in header.items():
        begin, end = told["data_offsets"]
        arrays[name] = np.frombuffer(content[8 + length + begin:8 + length + end], _DTYPES[told["dtype"]]).reshape(told["shape"])
    return arrays, metadata


def read(folder):
    """A finished run: its settings, results, steps, arrays with the names of their axes, and curves by column."""
    folder = pathlib.Path(folder)
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    arrays, metadata = safetensors(folder / "weights.safetensors")
    arrays = {_FORMER.get(name, name): array for name, array in arrays.items()}
    curves = {}
    if (folder / "curves.csv").exists():
        with open(folder / "curves.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        # A model without labels has no accuracy: its cells are empty.
        curves = {name: np.array([float(row[name] or "nan") for row in rows]) for name in (rows[0] if rows else ())}
    return types.SimpleNamespace(
        settings=results.get("settings", {}),
        results=results,
        steps=np.array([int(step) for step in metadata.get("steps", "").split(",") if step]),
        arrays=arrays,
        axes={name: _AXES.get(name, tuple(f"axis{i}" for i in range(array.ndim))) for name, array in arrays.items()},
        curves=curves,
    )
