"""Small operations: what a call costs."""
import torch


def prepare(operation, times):
    """A repetition is the operation so many times over."""
    x, y = torch.arange(10.0), torch.ones(10)
    a, b = torch.arange(16.0).reshape(4, 4), torch.eye(4)

    def add():
        for _ in range(times):
            result = x + y
        return result

    def matmul():
        for _ in range(times):
            result = a @ b
        return result

    def chain():
        for _ in range(times):
            result = (x * 2 + 1).sum()
        return result

    return {"add": add, "matmul": matmul, "chain": chain}[operation], lambda result: {"check": [result.sum().item()]}
