"""The other side of `./bench`: a line of JSON asks for repetitions of some work, a line of JSON answers with the seconds of each.

    {"work": ["training", "nlgp", 1], "repetitions": 20}   ->   {"seconds": [0.0098, ...], "check": [0.49]}

The work is made by the function `prepare` of the module that is named first; what does not depend on the repetition is done there, before the clock runs.
"""
import importlib
import importlib.metadata
import json
import os
import platform
import signal
import sys
import time

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Whoever asks also ends it.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # What libraries print is no answer.

import torch


def answer(**content):
    print(json.dumps(content), file=answers, flush=True)


def version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def blas():
    """The library that multiplies matrices, by its file; Linux tells."""
    torch.ones(2, 2) @ torch.ones(2, 2)
    try:
        files = " ".join(sorted({line.split()[-1] for line in open("/proc/self/maps")}))
    except OSError:
        return None
    known = {"libmkl": "MKL", "openblas": "OpenBLAS", "libblis": "BLIS", "libblas": "reference BLAS"}
    return next((name for part, name in known.items() if part in files), None)


torch.set_num_threads(int(sys.argv[1]))
answer(python=platform.python_version(), torch=torch.__version__, numpy=version("numpy"), scikit_learn=version("scikit-learn"),
       blas=blas(), threads=torch.get_num_threads())

prepared = None
for line in sys.stdin:
    request = json.loads(line)
    try:
        if prepared != request["work"]:
            work = describe = prepared = None
            topic, *arguments = request["work"]
            work, describe = importlib.import_module(topic).prepare(*arguments)
            prepared = request["work"]
        seconds = []
        for _ in range(request["repetitions"]):
            start = time.perf_counter()
            result = work()
            seconds.append(time.perf_counter() - start)
        answer(seconds=seconds, **describe(result))
    except Exception as fault:
        answer(error=f"{type(fault).__name__}: {fault}")
