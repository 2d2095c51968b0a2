"""One data model's sampler alone."""
import time

import torch

import laws


def prepare(law, examples, sites, parameter):
    """The parameter is the lengthscale; the coupling for the Ising ring; nu is 3."""
    if law == "metropolis":
        return lambda: laws.metropolis(examples, sites, parameter, 1000), describe
    if law == "torus":
        return torus(examples, sites, parameter), describe
    matrix = laws.root(sites, parameter)
    if law == "student-t":
        return lambda: laws.student_t(examples, matrix, 3.0), describe
    bend = laws.BENDS[law]
    return lambda: bend(torch.randn(examples, sites) @ matrix), describe


def describe(x):
    """How large x is, and how often neighbours have the same sign: both sides draw the same law."""
    rows = x.flatten(0, -2)
    return {"check": [x.abs().mean().item(), (rows[:, 1:].sign() * rows[:, :-1].sign()).mean().item()]}


def torus(examples, side, lengthscale):
    """NLGP on a torus: mixed by two matrix products or by the FFT, whichever is faster here."""
    bend, matrix = laws.BENDS["nlgp"], laws.root(side, lengthscale)
    spectrum = torch.fft.rfft2(torch.outer(matrix[0], matrix[0]).double()).real.float()
    ways = [
        lambda: bend(matrix @ torch.randn(examples, side, side) @ matrix),
        lambda: bend(torch.fft.irfft2(torch.fft.rfft2(torch.randn(examples, side, side)) * spectrum, s=(side, side))),
    ]

    def seconds(way):
        way()
        start = time.perf_counter()
        for _ in range(10):
            way()
        return time.perf_counter() - start

    return min(ways, key=seconds)
