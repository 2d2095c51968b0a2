using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Runs;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>What holds for the training of every network.</summary>
public sealed class NetworkTrainingTests : TensorScope
{
    private const int Sites = 8;
    private const int Inits = 3;
    private const int Units = 4;

    private static readonly TrainingSettings Settings = SmallRun.Settings with { Steps = 30, Batch = 24, Lr = 0.5 };

    private static IEnumerable<TestCaseData> Cases() => Networks().Select(m => new TestCaseData(m).SetArgDisplayNames(NetworkModels.All.Describe(m)));

    private static IEnumerable<ModelSettings> Networks()
    {
        yield return new ModelSettings { Model = "committee", Units = Units, Activation = Activation.Sigmoid, Bias = UnitBias.Trained };
        yield return new ModelSettings { Model = "committee", Units = Units, Bias = UnitBias.Frozen, InitialBias = 0.1 };
        yield return new ModelSettings { Model = "two-layer", Units = Units, Bias = UnitBias.Trained, Loss = Loss.CrossEntropy };
        yield return new ModelSettings { Model = "two-layer", Units = Units, Activation = Activation.Erf, Head = Head.Frozen, ScaleInput = true };
        yield return new ModelSettings { Model = "convolutional", Units = Units, Bias = UnitBias.Trained, InitialBias = -0.1 };
        yield return new ModelSettings { Model = "convolutional", Units = Units, Readout = Readout.MaxPool, Activation = Activation.Tanh };
        yield return new ModelSettings { Model = "two-layer", Units = Units, Activation = Activation.Erf, Head = Head.Ones, Bias = UnitBias.Trained, InitialBias = 0.5, SplitBias = true };
        yield return new ModelSettings { Model = "gated", Units = Units };
        yield return new ModelSettings { Model = "autoencoder", Units = Units, Activation = Activation.Sigmoid, Bias = UnitBias.Trained, Sparsity = Sparsity.KL };
        yield return new ModelSettings { Model = "autoencoder", Units = Units, Sparsity = Sparsity.L1, SparsityStrength = 0.01 };
        yield return new ModelSettings { Model = "sparse-coding", Units = Units, SparsityStrength = 0.2 };
        yield return new ModelSettings { Model = "sparse-coding", Units = Units, SparsityStrength = 0.2, CodeSolver = CodeSolver.Descent, Dictionary = DictionaryRule.Online };
        yield return new ModelSettings();
        yield return new ModelSettings { Activation = Activation.Sigmoid, Bias = UnitBias.Frozen, InitialBias = 0.25 };
    }

    private static ClassificationTask Task(int classes = 2) => new([.. new[] { 0.3, 0.7, 1.2 }.Take(classes).Select(j => new IsingRing(Sites, j))]);

    private static UnitNetwork Build(ModelSettings model, int classes = 2, ulong seed = 8)
    {
        using var generator = new Generator(77);
        using var rest = new Generator(seed);
        return NetworkModels.All.Build(model, Glorot.Normal(Inits, Sites, 1, generator, model.Units), classes, 1, rest);
    }

    private static TaskTrainer<UnitNetwork> Trainer(UnitNetwork network, ModelSettings model, ExampleStreams streams = ExampleStreams.Shared, int classes = 2) =>
        new(network, Task(classes), Settings with { Streams = streams }, [0, 10, 30], Objectives.Of(network, model.Loss, classes));

    private static Dictionary<string, double[]> State(UnitNetwork network) =>
        network.state_dict().ToDictionary(s => s.Key, s => Values(s.Value.detach()));

    [TestCaseSource(nameof(Cases))]
    public void Training_helps_and_frozen_parts_stay(ModelSettings model)
    {
        using var network = Build(model);
        var before = State(network);
        using var trainer = Trainer(network, model);
        var run = trainer.Run();
        run.Weights.Dispose();
        Assert.That(run.Metrics[^1].Loss, Is.LessThan(run.Metrics[0].Loss));
        Assert.That(run.Metrics[^1].Accuracy.HasValue, Is.Not.EqualTo(network is IReconstruction));
        // What is learnt online is kept in buffers.
        string[] frozen = [.. network.named_buffers().Select(b => b.name).Where(_ => model.Dictionary == DictionaryRule.Gradient)];
        foreach (var (name, values) in State(network))
            Assert.That(values, frozen.Contains(name) ? Is.EqualTo(before[name]) : Is.Not.EqualTo(before[name]), name);
        Assert.That(frozen, Is.EqualTo(model switch
        {
            { Model: "gated" } => new[] { "gate.directions" },
            { Bias: UnitBias.Frozen } => ["bias"],
            { Head: Head.Frozen or Head.Ones } => ["head.weight"],
            _ => [],
        }));
    }

    [TestCaseSource(nameof(Cases))]
    public void A_captured_training_goes_on_to_the_same_bits(ModelSettings model)
    {
        var streams = model.Model == "neuron" ? ExampleStreams.Shared : ExampleStreams.Own;
        using var first = Build(model);
        using var trainer = Trainer(first, model, streams);
        for (int i = 0; i < 7; i++)
            trainer.Advance();
        var captured = trainer.Capture();
        Assert.That(captured.Tensors.Keys, Is.SupersetOf(first.state_dict().Keys.Select(name => "model." + name)));
        for (int i = 0; i < 9; i++)
            trainer.Advance();

        using var second = Build(model, seed: 9);
        using (torch.no_grad())
            foreach (var state in second.state_dict().Values)
                state.mul_(3).add_(1);
        using var restored = Trainer(second, model, streams);
        restored.Restore(captured);
        for (int i = 0; i < 9; i++)
            restored.Advance();
        foreach (var (name, values) in State(first))
            Assert.That(State(second)[name], Is.EqualTo(values), name);
    }

    [Test]
    public void A_checkpoint_with_the_names_of_0_1_0_is_gone_on_with()
    {
        var model = Networks().First(m => m is { Model: "autoencoder", Bias: UnitBias.Trained });
        using var first = Build(model);
        using var trainer = Trainer(first, model);
        trainer.Advance();
        var captured = trainer.Capture();
        var old = captured.Tensors.ToDictionary(t => t.Key == "model.decoder_bias" ? "model.decoderBias" : t.Key, t => t.Value);
        Assert.That(old, Contains.Key("model.decoderBias"));
        using var second = Build(model, seed: 9);
        using var restored = Trainer(second, model);
        restored.Restore(captured with { Tensors = old });
        trainer.Advance();
        restored.Advance();
        Assert.That(State(second), Is.EqualTo(State(first)));
    }

    // What earlier versions left says nothing of solvers and dictionaries, and is taken by what does as they did.
    [Test]
    public void Sparse_coding_as_it_was_goes_on_as_it_was()
    {
        var model = Networks().First(m => m is { Model: "sparse-coding", Dictionary: DictionaryRule.Gradient });
        Assert.That(new RunSettings { Model = model }.ToJson().Select(s => s.Key), Has.No.Member("code_solver").And.No.Member("dictionary"));
        using var network = Build(model);
        using var trainer = Trainer(network, model);
        trainer.Advance();
        var captured = trainer.Capture();
        Assert.That(captured.Tensors.Keys.Where(key => key.StartsWith("model.", StringComparison.Ordinal)), Is.EqualTo(new[] { "model.weight" }));
        var online = model with { Dictionary = DictionaryRule.Online };
        using var other = Build(online);
        using var refusing = Trainer(other, online);
        Assert.That(() => refusing.Restore(captured), Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("The checkpoint's optimiser is sgd, lr 0.5; this run's is online dictionary learning."));
    }

    [TestCaseSource(nameof(Cases))]
    public void Side_by_side_each_learns_as_alone(ModelSettings model)
    {
        using var network = Build(model);
        var start = network.state_dict().ToDictionary(s => s.Key, s => s.Value.detach().clone());
        using var trainer = Trainer(network, model);
        for (int i = 0; i < 20; i++)
            trainer.Advance();
        for (int init = 0; init < Inits; init++)
        {
            using var generator = new Generator(1);
            using var alone = NetworkModels.All.Build(model, torch.ones([1, model.Units, Sites]), 2, 1, generator);
            using (torch.no_grad())
                foreach (var (name, state) in alone.state_dict())
                    state.copy_(start[name].narrow(0, init, 1));
            using var single = new TaskTrainer<UnitNetwork>(alone, Task(), Settings with { Inits = 1 }, [], Objectives.Of(alone, model.Loss, 2));
            for (int i = 0; i < 20; i++)
                single.Advance();
            foreach (var (name, values) in State(alone))
                Assert.That(values, Is.EqualTo(Values(network.state_dict()[name].detach().narrow(0, init, 1))).Within(1e-5), name);
        }
    }

    // Three rings whose spins align ever more, told apart by one output a class: five standard errors better than by chance, 1/3.
    [TestCase(Loss.CrossEntropy)]
    [TestCase(Loss.Mse)]
    public void Three_classes_are_told_apart(Loss loss)
    {
        var model = new ModelSettings { Model = "two-layer", Units = Units, Loss = loss, Bias = UnitBias.Trained };
        using var network = Build(model, 3);
        using var trainer = new TaskTrainer<UnitNetwork>(network, Task(3), Settings with { Steps = 300 }, [0], Objectives.Of(network, model.Loss, 3));
        var run = trainer.Run();
        run.Weights.Dispose();
        Assert.That(network.call(torch.zeros(5, Sites)).shape, Is.EqualTo(new long[] { Inits, 5, 3 }));
        Assert.That(run.Final.Accuracies, Is.All.GreaterThan(0.357));
        Assert.That(run.Final.Loss, Is.LessThan(run.Metrics[0].Loss));
    }

    [Test]
    public void The_final_evaluation_is_each_initialisations_own()
    {
        var model = Networks().First();
        using var network = Build(model);
        using var trainer = Trainer(network, model);
        var run = trainer.Run();
        run.Weights.Dispose();
        Assert.That(run.Final.Losses, Has.Count.EqualTo(Inits).And.Unique);
        Assert.That(run.Final.Loss, Is.EqualTo(run.Metrics[^1].Loss));
        Assert.That(run.Final.Accuracy, Is.EqualTo(run.Metrics[^1].Accuracy));
        Assert.That(run.Final.DeadUnits, Is.EqualTo(new[] { 0, 0, 0 }));
        Assert.That(trainer.Evaluate().Losses, Is.EqualTo(run.Final.Losses));
        Assert.That(trainer.Evaluate(100).Losses, Is.Not.EqualTo(run.Final.Losses));
    }

    // A ReLU unit learns at the rate lr/K: in a committee of K equal units, with K times the learning rate, each learns as the neuron does.
    [Test]
    public void Equal_units_with_K_times_the_learning_rate_learn_as_the_neuron()
    {
        using var generator = new Generator(77);
        var initial = Glorot.Normal(Inits, Sites, 0.01, generator);
        using var neuron = Started.Neuron(initial);
        using var committee = Started.Committee(initial.expand(Inits, Units, Sites));
        using var one = new TaskTrainer<SingleNeuron>(neuron, Task(), Settings with { Lr = 0.1 }, []);
        using var all = new TaskTrainer<SoftCommittee>(committee, Task(), Settings with { Lr = 0.1 * Units }, []);
        for (int i = 0; i < 20; i++)
        {
            one.Advance();
            all.Advance();
        }
        Assert.That(Values(committee.Weight.detach()), Is.EqualTo(Values(neuron.Weight.detach().expand(Inits, Units, Sites))).Within(1e-6));
    }
}
