"""Examples as one would write them in PyTorch: Gaussian fields on a ring, bent to other marginals, and the Ising ring."""
import math

import torch


def correlation(sites, lengthscale):
    """exp(-d^2 / lengthscale^2) around the ring, without its negative eigenvalues; float64, shape (sites)."""
    d = torch.arange(sites, dtype=torch.float64)
    kernel = torch.exp(-torch.minimum(d, sites - d) ** 2 / lengthscale**2)
    row = torch.fft.irfft(torch.fft.rfft(kernel).real.clamp(min=0), n=sites)
    return row / row[0]


def circulant(row):
    site = torch.arange(len(row))
    return row[(site - site[:, None]) % len(row)]


def root(sites, lengthscale):
    """The symmetric root of the correlation, from float64 to float32: fields are randn @ root."""
    row = correlation(sites, lengthscale)
    return circulant(torch.fft.irfft(torch.fft.rfft(row).real.clamp(min=0).sqrt(), n=sites)).float()


def nlgp(gain):
    scale = math.sqrt(2 / math.pi * math.asin(2 * gain**2 / (1 + 2 * gain**2)))
    return lambda z: torch.erf(z * gain) / scale


def kur(k):
    beta = math.gamma(3 / k) * math.gamma(1 - 2 / k) / math.gamma(1 + 1 / k)
    sigma = math.sqrt(beta / k)

    def bend(z):
        v = torch.erfc(z.abs() / math.sqrt(2))
        return torch.copysign((1 - v) / (-torch.expm1(k * torch.log1p(-v))) ** (1 / k) / sigma, z)

    return bend


BENDS = {"nlgp": nlgp(3.0), "kur": kur(5.0), "gaussian": lambda z: z}


def ising(examples, sites, coupling):
    """Exact: independent bonds, kept where an even number of them is broken."""
    broken = 1 / (1 + math.exp(2 * coupling))
    even = (1 + math.tanh(coupling) ** sites) / 2
    drawn = int(examples / even + 6 * math.sqrt(examples))
    bonds = torch.where(torch.rand(drawn, sites) < broken, -1.0, 1.0)
    bonds = bonds[(sites - bonds.sum(1)) % 4 == 0][:examples]
    bonds[:, 0] = torch.where(torch.rand(examples) < 0.5, -1.0, 1.0)
    return bonds.cumprod(1)


def metropolis(examples, sites, coupling, steps):
    """A chain an example, one proposed flip of a random spin a step, as in the code of Lufkin, Saxe & Grant."""
    spins = torch.where(torch.rand(examples, sites) < 0.5, -1.0, 1.0)
    for _ in range(steps):
        site = torch.randint(sites, (examples, 1))
        spin = spins.gather(1, site)
        neighbours = spins.gather(1, (site + 1) % sites) + spins.gather(1, (site - 1) % sites)
        flips = torch.rand(examples, 1) < torch.exp(-2 * coupling * spin * neighbours)
        spins.scatter_(1, site, torch.where(flips, -spin, spin))
    return spins


def student_t(examples, matrix, nu):
    chi2 = torch.distributions.Chi2(nu).sample((examples, 1))
    return torch.randn(examples, len(matrix)) @ matrix * ((nu - 2) / chi2).sqrt()
