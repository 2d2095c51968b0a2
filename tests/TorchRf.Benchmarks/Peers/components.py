"""scikit-learn's FastICA on examples from a file."""
import numpy
from sklearn.decomposition import FastICA


def prepare(examples, components):
    x = numpy.load(examples)
    seeds = iter(range(1_000_000))

    def work():
        search = FastICA(components, algorithm="parallel", whiten="unit-variance", fun="logcosh", tol=1e-4, max_iter=1000, random_state=next(seeds))
        return search.fit(x)

    def describe(search):
        y = search.transform(x)
        return {"check": [float(numpy.logaddexp(y, -y).mean() - numpy.log(2))], "iterations": search.n_iter_}

    return work, describe
