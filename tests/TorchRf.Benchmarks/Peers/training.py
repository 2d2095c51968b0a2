"""A step of gradient descent of one ReLU neuron on a fresh batch: autograd and torch.optim.SGD."""
import math

import torch

import laws

SITES, BATCH, RATE, INIT_SCALE = 40, 10_000, 0.05, 0.001
COUPLINGS, LENGTHSCALES = (0.3, 0.7), (1.0, 3.0)


def prepare(law, trainings):
    """A repetition is one step of each of several separate trainings, one after another."""
    steps = [training(law) for _ in range(trainings)]
    return lambda: [step() for step in steps], lambda losses: {"check": [sum(loss.item() for loss in losses) / trainings]}


def training(law):
    draw = batches(law)
    w = (torch.randn(SITES) * math.sqrt(2 / (SITES + 1) * INIT_SCALE)).requires_grad_()
    y = torch.cat([torch.zeros(BATCH // 2), torch.ones(BATCH // 2)])
    optimizer = torch.optim.SGD([w], lr=RATE)

    def step():
        optimizer.zero_grad()
        loss = ((torch.relu(draw() @ w) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def batches(law):
    if law == "ising":
        return lambda: torch.cat([laws.ising(BATCH // 2, SITES, coupling) for coupling in COUPLINGS])
    bend, roots = laws.BENDS[law], [laws.root(SITES, lengthscale) for lengthscale in LENGTHSCALES]
    return lambda: bend(torch.cat([torch.randn(BATCH // 2, SITES) @ root for root in roots]))
