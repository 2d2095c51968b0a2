"""Euler steps of the gradient flow of one ReLU neuron (Lufkin, Saxe & Grant, Lemma 3.1), in float64."""
import math

import numpy
import torch

import laws

SITES, RATE, GAIN = 40, 0.05, 3.0
COUPLINGS, LENGTHSCALES = (0.3, 0.7), (1.0, 3.0)


def prepare(law, inits, steps):
    first, second, phi = {"ising": ising, "nlgp": nlgp}[law]()
    # The same start on both sides, so that the ends can be compared.
    start = 0.01 * torch.sin(1 + torch.arange(inits, dtype=torch.float64)[:, None] * 1.7 + torch.arange(SITES) ** 2 * 0.3)

    def work():
        w = start.clone()
        for _ in range(steps):
            pulled = w @ second
            a = pulled / (w * pulled).sum(-1, keepdim=True).sqrt()
            w += RATE / 2 * (phi(a) - pulled - w @ first)
        return w

    return work, lambda w: {"check": [w.norm(dim=-1).mean().item(), w.abs().amax(-1).mean().item()]}


def ising():
    d = torch.arange(SITES)
    a = [math.tanh(coupling) for coupling in COUPLINGS]
    first, second = [laws.circulant((a**d + a ** (SITES - d)).double() / (1 + a**SITES)) for a in map(torch.tensor, map(numpy.float64, a))]
    return first, second, lambda a: torch.erf(a / (2 * (1 - a) * (1 + a)).clamp(min=1e-30).sqrt())


def nlgp():
    ratio = 2 * GAIN**2 / (1 + 2 * GAIN**2)
    scale = 2 / math.pi * math.asin(ratio)
    first, second = [laws.circulant(2 / (math.pi * scale) * torch.asin(ratio * laws.correlation(SITES, lengthscale))) for lengthscale in LENGTHSCALES]
    return first, second, table(math.sqrt(scale))


def table(scale, intervals=4000):
    """phi(a) = E[X erf(X tan(theta) / sqrt 2)], theta = asin a, interpolated between equally spaced theta."""
    nodes, weights = (torch.from_numpy(v) for v in numpy.polynomial.legendre.leggauss(400))
    z, weights = nodes * 8, weights * 8 * torch.exp(-((nodes * 8) ** 2) / 2) / math.sqrt(2 * math.pi)
    x = torch.erf(GAIN * z) / scale
    theta = torch.linspace(-math.pi / 2, math.pi / 2, intervals + 1, dtype=torch.float64)
    values = (weights * x * torch.erf(x * torch.tan(theta)[:, None] / math.sqrt(2))).sum(1)

    def phi(a):
        place = (torch.asin(a.clamp(-1, 1)) / math.pi + 0.5) * intervals
        left = place.long().clamp(max=intervals - 1)
        return torch.lerp(values[left], values[left + 1], place - left)

    return phi
