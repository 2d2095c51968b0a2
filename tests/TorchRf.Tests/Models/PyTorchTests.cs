using TorchRf.Models;
using TorchSharp.PyBridge;

namespace TorchRf.Tests.Models;

/// <summary>A module's weights in PyTorch for Python and back, as a state dictionary that torch.load and torch.save know.</summary>
public sealed class PyTorchTests : FileFixture
{
    [TestCaseSource(typeof(NetworkModels), nameof(NetworkModels.Names))]
    public void Weights_go_to_Python_and_come_back(string name)
    {
        using var generator = new Generator(1);
        using var model = NetworkModels.Build(new ModelSettings { Model = name, Units = name == "neuron" ? 1 : 3, Bias = UnitBias.None }, torch.randn(2, name == "neuron" ? 1 : 3, 6, generator: generator), 2, 1, generator);
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        model.save_py(InFolder("here.pth"));
        Numpy.Run(Folder, $$"""
            import torch
            state = torch.load('here.pth')
            assert {name: tuple(value.shape) for name, value in state.items()} == { {{string.Join(", ", before.Select(entry => $"'{entry.Key}': ({string.Concat(entry.Value.shape.Select(n => $"{n}, "))})"))}} }
            torch.save({name: value * 2 + 1 for name, value in state.items()}, 'there.pth')
            """);
        model.load_py(InFolder("there.pth"));
        Assert.That(before, Is.Not.Empty);
        foreach (var (entry, value) in model.state_dict())
            Assert.That(BytesOf(value.detach()), Is.EqualTo(BytesOf((before[entry] * 2) + 1)), entry);
    }

    [Test]
    public void Python_computes_the_same_outputs()
    {
        using var generator = new Generator(2);
        using var model = new SoftCommittee(torch.randn(1, 3, 6, generator: generator));
        var x = torch.randn(5, 6, generator: generator);
        model.save_py(InFolder("here.pth"));
        TorchRf.IO.NpyFile.Write(InFolder("x.npy"), x);
        Numpy.Run(Folder, """
            import torch
            (weight,) = torch.load('here.pth').values()
            np.save('y.npy', torch.relu(torch.from_numpy(np.load('x.npy')) @ weight[0].T).mean(1).detach().numpy())
            """);
        Assert.That((model.call(x)[0] - TorchRf.IO.NpyFile.Read(InFolder("y.npy"))).abs().max().item<float>(), Is.LessThan(1e-6f));
    }
}
