using TorchRf.Ica;
using TorchRf.Models;
using TorchRf.Pruning;
using TorchSharp.PyBridge;

namespace TorchRf.Tests.Models;

/// <summary>Every module of the library is one like torch's own: it moves, is saved and loaded, and lives as long as it is not disposed of.</summary>
public sealed class ModulesTests : FileFixture
{
    private const int Sites = 6;

    private static readonly Dictionary<Type, Func<Generator, nn.Module<Tensor, Tensor>>> Made = new()
    {
        [typeof(SingleNeuron)] = g => new SingleNeuron(2, Sites, g, Activation.Tanh, 0.5, trainBias: false),
        [typeof(SoftCommittee)] = g => new SoftCommittee(2, 3, Sites, g, Activation.Sigmoid, 0.5),
        [typeof(TwoLayerNetwork)] = g => new TwoLayerNetwork(Sites, new LinearHead(2, 3, g, start: Head.Frozen), g, scaleInput: true),
        [typeof(ConvolutionalNetwork)] = g => new ConvolutionalNetwork(Sites, 3, new LinearHead(2, 3, g, 2), g, initialBias: 0.25),
        [typeof(GatedNetwork)] = g => new GatedNetwork(2, 3, Sites, new HalfSpaceGate(2, 3, Sites, g), g, 0.5),
        [typeof(Autoencoder)] = g => new Autoencoder(2, 3, Sites, g, initialBias: 0.25, trainBias: false),
        [typeof(SparseCodingNetwork)] = g => new SparseCodingNetwork(2, 8, Sites, g, 0.2, online: true),
        [typeof(LinearHead)] = g => new LinearHead(2, Sites, g, 3),
        [typeof(HalfSpaceGate)] = g => new HalfSpaceGate(2, 3, Sites, g),
        [typeof(IndependentComponents)] = g => new IndependentComponents(3, Sites, g),
        [typeof(MaskedNetwork)] = g => new MaskedNetwork([Sites, 4, 3], g),
        [typeof(MaskedLayer)] = g => new MaskedLayer(Sites, 3, g),
    };

    private static IEnumerable<Type> Modules() => typeof(UnitNetwork).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(nn.Module)) && !t.IsAbstract);

    private static nn.Module<Tensor, Tensor> Make(Type type, ulong seed)
    {
        Assert.That(Made, Contains.Key(type), "a new module takes a line above");
        using var generator = new Generator(seed);
        var module = Made[type](generator);
        // In training, answers move the running moments of those that have some.
        module.eval();
        return module;
    }

    private static Tensor Input(Type type)
    {
        using var generator = new Generator(9);
        return type == typeof(LinearHead) ? torch.randn([2, Sites, 5], generator: generator) : torch.randn([5, Sites], generator: generator);
    }

    private static byte[] Answer(nn.Module<Tensor, Tensor> module, Tensor x) => BytesOf(module.call(x).detach().contiguous());

    private static Dictionary<string, byte[]> State(nn.Module module) => module.state_dict().ToDictionary(s => s.Key, s => BytesOf(s.Value.detach()));

    [Test]
    public void It_outlives_the_scope_that_it_was_made_in([ValueSource(nameof(Modules))] Type type, [Values] bool moved)
    {
        nn.Module<Tensor, Tensor> module;
        using (torch.NewDisposeScope())
        {
            module = Make(type, 1);
            if (moved)
                module.to(ScalarType.Float64).to(ScalarType.Float32);
        }
        using (module)
        {
            Assert.That(module.state_dict().Values.Select(t => t.IsInvalid), Is.All.False);
            Assert.That(module.call(Input(type)).isfinite().all().item<bool>());
            if (module is UnitNetwork network)
                Assert.That(network.state_dict()["weight"], Is.SameAs(network.Weight));
        }
    }

    [TestCaseSource(nameof(Modules))]
    public void Its_state_has_names_as_torchs(Type type)
    {
        using var module = Make(type, 1);
        Assert.That(module.state_dict().Keys, Is.Not.Empty.And.All.Match("^[a-z]+(_[a-z]+)*([.]([a-z]+(_[a-z]+)*|[0-9]+))*$"));
        Assert.That(module.parameters().Select(p => p.requires_grad), Is.All.True, "what does not learn is a buffer");
    }

    [TestCaseSource(nameof(Modules))]
    public void The_same_generator_draws_the_same_numbers_anew(Type type)
    {
        using var module = Make(type, 1);
        var before = State(module);
        using (torch.no_grad())
            foreach (var state in module.state_dict().Values.Where(_ => type != typeof(IndependentComponents)))
                state.fill_(7);
        using var generator = new Generator(1);
        ((IResetParameters)module).reset_parameters(generator);
        Assert.That(State(module), Is.EqualTo(before));
    }

    [TestCaseSource(nameof(Modules))]
    public void It_goes_to_another_dtype_and_back(Type type)
    {
        using var module = Make(type, 1);
        var (dtype, x) = (module.state_dict().First().Value.dtype, Input(type));
        var (before, answer) = (State(module), Answer(module, x));
        module.to(ScalarType.Float64);
        Assert.That(module.state_dict().Values.Select(t => t.dtype), Is.All.EqualTo(ScalarType.Float64));
        Assert.That(module.call(x.to(ScalarType.Float64)).dtype, Is.EqualTo(ScalarType.Float64));
        module.to(dtype);
        Assert.That(State(module), Is.EqualTo(before));
        Assert.That(Answer(module, x), Is.EqualTo(answer));
        Assert.That(module.parameters().Select(p => p.requires_grad && p.is_leaf), Is.All.True);
    }

    [TestCaseSource(nameof(Modules))]
    public void It_is_saved_and_loaded_to_the_bit(Type type)
    {
        using var saved = Make(type, 1);
        using var loaded = Make(type, 2);
        Assert.That(State(loaded), Is.Not.EqualTo(State(saved)));
        using var stream = new MemoryStream();
        saved.save(stream);
        loaded.load(new MemoryStream(stream.ToArray()));
        Assert.That(State(loaded), Is.EqualTo(State(saved)));
        Assert.That(Answer(loaded, Input(type)), Is.EqualTo(Answer(saved, Input(type))));
    }

    [TestCaseSource(nameof(Modules))]
    public void It_goes_to_Python_and_comes_back(Type type)
    {
        using var module = Make(type, 1);
        var before = module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        module.save_py(InFolder("here.pth"));
        Numpy.Run(Folder, $$"""
            import torch
            state = torch.load('here.pth')
            assert {name: tuple(value.shape) for name, value in state.items()} == { {{string.Join(", ", before.Select(entry => $"'{entry.Key}': ({string.Concat(entry.Value.shape.Select(n => $"{n}, "))})"))}} }
            torch.save({name: value * 2 + 1 for name, value in state.items()}, 'there.pth')
            """);
        module.load_py(InFolder("there.pth"));
        foreach (var (entry, value) in module.state_dict())
            Assert.That(BytesOf(value.detach()), Is.EqualTo(BytesOf((before[entry] * 2) + 1)), entry);
    }

    [Test]
    public void Python_computes_the_same_outputs()
    {
        using var generator = new Generator(2);
        using var model = new SoftCommittee(1, 3, Sites, generator);
        var x = torch.randn(5, Sites, generator: generator);
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
