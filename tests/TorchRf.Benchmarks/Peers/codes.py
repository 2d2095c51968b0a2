"""scikit-learn's sparse codes of examples from a file."""
import numpy
from sklearn.decomposition import sparse_encode


def prepare(dictionary, examples, algorithm, penalty):
    d, x = numpy.load(dictionary), numpy.load(examples)

    def work():
        return sparse_encode(x, d, algorithm=algorithm, alpha=penalty, max_iter=5000)

    def describe(codes):
        objective = ((x - codes @ d) ** 2).sum(1) / 2 + penalty * abs(codes).sum(1)
        return {"check": [float(objective.mean())]}

    return work, describe
