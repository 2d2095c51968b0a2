using System.Text.Json.Nodes;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Pruning;
using TorchRf.Training;

namespace TorchRf.Tests.Pruning;

/// <summary>Rounds of pruning: what goes, what they go back to, and that who is stopped comes to the same bits.</summary>
public class PruningRunTests : FileFixture
{
    private static readonly PruningSettings Small = new() { Hidden = [8, 6], Rounds = 2, Fraction = 0.3, Rewind = 3, Steps = 12, Batch = 4, Momentum = 0.5, WeightDecay = 0.01, CheckpointEvery = 5, Controls = [2] };

    private static readonly JsonObject Settings = new() { ["steps"] = 12 };

    // In order, with a checkpoint, or as a process is killed, with what there was before; within each training, before and after the step that is gone back to, and at the end of one.
    [TestCase(true, new[] { 1, 3, 7, 12, 16, 29, 33, 38, 45, 58 })]
    [TestCase(false, new[] { 1, 3, 7, 12, 16, 29, 33, 38, 45, 58 })]
    public void A_run_that_was_stopped_comes_to_the_same_bits(bool inOrder, int[] stops)
    {
        var whole = Run("whole", null, inOrder);
        foreach (int stop in stops)
            Assert.That(() => Run("stopped", stop, inOrder), inOrder ? Throws.InstanceOf<OperationCanceledException>() : Throws.InstanceOf<Killed>());
        var steps = new List<long>();
        var stopped = Run("stopped", null, inOrder, at: (_, step) => steps.Add(step));
        Assert.That(steps.Where(s => s > 48), Is.EqualTo(new[] { 59L, 60, 60 }), "from the checkpoint on, and of the last training that it is done");
        Assert.That(stopped.Select(r => r.ToJson().ToJsonString()), Is.EqualTo(whole.Select(r => r.ToJson().ToJsonString())));
        string[] files = [.. Directory.EnumerateFiles(InFolder("whole"), "r*.*").Select(Path.GetFileName).Where(f => f != RunFolder.RunFile).Order()!];
        Assert.That(files, Has.Length.EqualTo(12), "five trainings with their masks, where they go back to, and a list");
        foreach (var file in files)
            Assert.That(File.ReadAllBytes(InFolder("stopped/" + file)), Is.EqualTo(File.ReadAllBytes(InFolder("whole/" + file))), file);
    }

    [Test]
    public void What_is_damaged_is_done_again_to_the_same_bits()
    {
        Run("run", null, true);
        var before = Directory.EnumerateFiles(InFolder("run"), "*.safetensors").ToDictionary(f => f, File.ReadAllBytes);
        foreach (var name in new[] { "rewind", "round-01", "round-02-random" })
            File.WriteAllBytes(InFolder($"run/{name}.safetensors"), [.. before[InFolder($"run/{name}.safetensors")].SkipLast(9)]);
        byte[] bits = File.ReadAllBytes(InFolder("run/round-01.npz"));
        File.Delete(InFolder("run/round-01.npz"));
        var told = new List<string>();
        Run("run", null, true, told);
        Assert.That(File.ReadAllBytes(InFolder("run/round-01.npz")), Is.EqualTo(bits), "masks follow from what is known");
        Assert.That(told, Has.Count.EqualTo(3));
        foreach (var (file, bytes) in before)
            Assert.That(File.ReadAllBytes(file), Is.EqualTo(bytes), file);
    }

    [Test]
    public void Controls_have_as_many_weights()
    {
        var records = Run("run", null, true);
        Assert.That(records.Select(r => (r.Round, r.Kind)), Is.EqualTo(new[]
        {
            (0, PruningKind.Iterative), (1, PruningKind.Iterative), (2, PruningKind.Iterative), (2, PruningKind.OneShot), (2, PruningKind.Random),
        }));
        Tensor[] masks = [.. records.Select(r => PruningRun.FirstLayer(InFolder("run"), r.Round, r.Kind).Mask)];
        Assert.That(masks[0].all().item<bool>(), Is.True);
        Assert.That((masks[2] & masks[1]).eq(masks[2]).all().item<bool>(), Is.True, "nothing comes back");
        long[] kept = [.. masks.Select(m => m.sum().item<long>())];
        Assert.That(kept[3..], Is.All.EqualTo(kept[2]));
        Assert.That(new[] { masks[2].eq(masks[3]), masks[2].eq(masks[4]), masks[3].eq(masks[4]) }.Select(m => m.all().item<bool>()), Is.All.False);
        foreach (var record in records)
        {
            var (mask, weights) = PruningRun.FirstLayer(InFolder("run"), record.Round, record.Kind);
            Assert.That(weights.masked_select(mask.logical_not()).count_nonzero().item<long>(), Is.Zero);
            Assert.That(record.Density[0], Is.EqualTo(mask.to(ScalarType.Float64).mean().item<double>()).Within(1e-12));
            Assert.That(record.Density[2], Is.EqualTo(1), "the last layer is whole");
        }
        Assert.That(records[3].Density, Is.EqualTo(records[2].Density));
        Assert.That(records[0].Measured["ipr_ratio"], Is.EqualTo(1));
        Assert.That(records[2].Measured["ipr"], Is.GreaterThan(records[0].Measured["ipr"]!.Value));
    }

    // One step after each training's begin, weights are nearest to those of step 3 or 4.
    [Test]
    public void Weights_go_back_to_an_early_step_of_the_first_training()
    {
        using var generator = new Generator(Seeds.Derive(7, "init"));
        var places = new Dictionary<long, float[]> { [0] = new MaskedNetwork([16, 8, 6, 2], generator).Weights[0].ToArray<float>() };
        Run("run", null, true, at: (network, step) => places.TryAdd(step, network.Weights[0].ToArray<float>()));
        foreach (long begin in new[] { 13, 25, 37, 49 })
        {
            double From(int step) => places[begin].Zip(places[step]).Where(w => w.First != 0).Sum(w => Math.Pow(w.First - w.Second, 2));
            Assert.That(Enumerable.Range(0, 13).MinBy(From), Is.EqualTo(3).Or.EqualTo(4), $"{begin}");
        }
    }

    [Test]
    public void Masks_are_bits_that_numpy_unpacks()
    {
        Numpy.Require();
        Run("run", null, true);
        Numpy.Run(Folder, "import numpy as np; z = np.load('run/round-02.npz'); w = z['widths']; np.save('mask.npy', np.unpackbits(z['weights1'], axis=1, count=w[1])); np.save('ends.npy', np.array([z['weights0'].dtype == np.uint8, z['biases2'].shape[0] == 1]))");
        var trained = SafeTensors.Read(InFolder("run/round-02.safetensors")).Tensors;
        Assert.That(NpyFile.Read(InFolder("mask.npy")).ToArray<byte>(), Is.EqualTo(trained["layers.1.mask"].to(ScalarType.Byte).ToArray<byte>()));
        Assert.That(NpyFile.Read(InFolder("ends.npy")).all().item<bool>(), Is.True);
    }

    [TestCase(PruningScope.Layer, false)]
    [TestCase(PruningScope.Global, true)]
    public void The_smallest_of_weights_and_biases_together_go(PruningScope scope, bool last)
    {
        using var generator = new Generator(5);
        using var network = new MaskedNetwork([7, 5, 3], generator);
        using (torch.no_grad())
            foreach (var bias in network.Biases)
                bias.add_(torch.randn(bias.shape, generator: generator), 0.5);
        network.Keep(MagnitudePruning.Masks(network, 0.3, scope, last));
        var masks = MagnitudePruning.Masks(network, MagnitudePruning.Removed(0.3, 2), scope, last);
        double[] Pool(int l) => [.. network.Weights[l].ToArray<float>().Concat(network.Biases[l].ToArray<float>()).Select(v => (double)Math.Abs(v))];
        var kept = masks.Select(m => m.Weights.flatten().ToArray<bool>().Concat(m.Biases.ToArray<bool>()).ToArray()).ToArray();
        double[][] pools = last ? [[.. Pool(0), .. Pool(1)]] : [Pool(0)];
        bool[][] found = last ? [[.. kept[0], .. kept[1]]] : [kept[0]];
        foreach (var (pool, mask) in pools.Zip(found))
        {
            int gone = (int)((1 - (0.7 * 0.7)) * pool.Length);
            double threshold = pool.Order().ElementAt(gone);
            Assert.That(mask, Is.EqualTo(pool.Select(v => v >= threshold)));
            Assert.That(mask.Count(m => m), Is.EqualTo(pool.Length - gone));
        }
        if (!last)
            Assert.That(kept[1], Is.All.True);
    }

    // 0 -> a -> y, b has an input and no output, c an output and no input.
    [Test]
    public void A_unit_is_connected_where_a_path_goes_through_it()
    {
        static LayerMask Layer(bool[,] weights) => new(torch.tensor(weights), torch.ones(weights.GetLength(0), ScalarType.Bool));
        Assert.That(MagnitudePruning.Connected([Layer(new[,] { { true, false }, { true, true }, { false, false } }), Layer(new[,] { { true, false, true } })]), Is.EqualTo(new[] { 1, 1 }));
    }

    // Each example's one pixel of its own says which it is.
    [Test]
    public void No_held_out_example_of_a_file_is_trained_on()
    {
        NpyFile.Write(InFolder("x.npy"), torch.eye(20));
        NpyFile.Write(InFolder("y.npy"), torch.arange(20).remainder(4) * 10);
        using var examples = PruningExamples.Of(new FileSettings { Class0 = InFolder("x.npy"), Labels = InFolder("y.npy") }, new PruningSettings { ValidationFraction = 0.2, Batch = 50 }, 3, torch.CPU);
        Assert.That((examples.Classes, examples.Sites), Is.EqualTo((4, 20)));
        static long[] Numbers(Tensor x) => [.. x.argmax(1).ToArray<long>().Distinct().Order()];
        var held = Numbers(examples.Held.X);
        Assert.That(held, Has.Length.EqualTo(4));
        using var generator = new Generator(1);
        var batches = examples.Batches();
        var seen = new HashSet<long>();
        for (int i = 0; i < 20; i++)
        {
            var (x, y) = batches.Next(generator);
            Assert.That(y.ToArray<float>(), Is.EqualTo(x.argmax(1).remainder(4).to(ScalarType.Float32).ToArray<float>()));
            seen.UnionWith(Numbers(x));
        }
        Assert.That(seen.Concat(held).Order(), Is.EqualTo(Enumerable.Range(0, 20).Select(i => (long)i)));
        Assert.That(Numbers(examples.Seen.X), Is.EqualTo(seen.Order()));
    }

    // A file in the order of its classes, of more examples than are judged: of each as many as there are, but for chance.
    [Test]
    public void What_is_judged_is_drawn_from_all_of_a_file()
    {
        NpyFile.Write(InFolder("x.npy"), torch.arange(24_000, ScalarType.Float32).view(24_000, 1).repeat(1, 2));
        NpyFile.Write(InFolder("y.npy"), torch.arange(24_000).floor_divide(6000));
        var file = new FileSettings { Class0 = InFolder("x.npy"), Labels = InFolder("y.npy") };
        using var examples = PruningExamples.Of(file, new PruningSettings { Validation = file.Class0, ValidationLabels = file.Labels, Batch = 4 }, 3, torch.CPU);
        var judged = examples.Held.Y.ToArray<float>().CountBy(y => y).Select(c => c.Value).ToArray();
        Assert.That(judged.Sum(), Is.EqualTo(10_000));
        // Of 24 000 drawn without replacement: a standard deviation of sqrt(10 000 * 1/4 * 3/4 * 14/24) = 33.
        Assert.That(judged, Is.All.InRange(2500 - 133, 2500 + 133));
    }

    [Test]
    public void A_law_lies_on_a_torus_and_the_clone_of_pictures_has_edges()
    {
        using var generator = new Generator(2);
        NpyFile.Write(InFolder("x.npy"), torch.rand(60, 4, 4, generator: generator));
        NpyFile.Write(InFolder("y.npy"), torch.arange(60).remainder(2));
        PixelGrid Of(DataSettings data)
        {
            using var examples = PruningExamples.Of(data, new PruningSettings { Batch = 4 }, 3, torch.CPU);
            return examples.Grid;
        }

        Assert.That(Of(new NlgpSettings { Sites = 16, Dimensions = 2 }), Is.EqualTo(new PixelGrid(1, 4, 4, GoesAround: true)));
        Assert.That(Of(new NlgpSettings { Sites = 16 }), Is.EqualTo(new PixelGrid(1, 1, 16, GoesAround: true)));
        Assert.That(Of(new FileSettings { Class0 = InFolder("x.npy"), Labels = InFolder("y.npy"), GaussianClone = true }), Is.EqualTo(new PixelGrid(1, 4, 4)));
    }

    // One unit has two inputs and says everything; the others have one and say nothing.
    [Test]
    public void Silencing_the_unit_that_tells_leaves_chance()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        using var network = new MaskedNetwork([2, 4, 2], generator);
        var mask = torch.tensor(new[,] { { true, true }, { true, false }, { true, false }, { false, true } });
        using (torch.no_grad())
        {
            network.Weights[0].copy_(torch.tensor(new[,] { { 1f, 1 }, { 1, 0 }, { 1, 0 }, { 0, 1 } }));
            network.Weights[1].zero_();
            network.Weights[1][1, 0] = 4;
            network.Biases[1].copy_(torch.tensor(new[] { 0.5f, 0 }));
        }
        network.Keep([new LayerMask(mask, torch.ones(4, ScalarType.Bool)), new LayerMask(torch.ones(2, 4, ScalarType.Bool), torch.ones(2, ScalarType.Bool))]);
        network.eval();
        // Class 1 is where both are positive, and the unit's answer with them.
        var x = torch.cat([torch.full([40, 2], -1f), torch.full([40, 2], 1f)]) + (torch.randn(80, 2, generator: generator) * 0.1);
        var y = torch.arange(80).ge(40).to(ScalarType.Float32);
        var before = network.Weights[1].clone();
        using var examples = PruningExamples.Of((x, y), (x, y), 4, ["below", "above"], new PixelGrid(1, 1, 2));
        var measured = RoundMeasures.Of(network, network.Weights[0], mask, null, examples, 1);
        Assert.That(measured["accuracy_without_most"], Is.EqualTo(0.5));
        Assert.That(measured["accuracy_without_least"], Is.EqualTo(1));
        Assert.That(network.Weights[1].ToArray<float>(), Is.EqualTo(before.ToArray<float>()));
        Assert.That(measured.ContainsKey("effective_inputs_2"), Is.False, "one hidden layer");
    }

    private IReadOnlyList<PruningRecord> Run(string name, int? stop, bool inOrder, List<string>? told = null, Action<MaskedNetwork, long>? at = null)
    {
        using var scope = torch.NewDisposeScope();
        using var examples = PruningExamples.Of(new NlgpSettings { Sites = 16, Dimensions = 2 }, Small, 7, torch.CPU);
        using var run = new PruningRun(Small, examples, 7, torch.CPU);
        using var folder = RunFolder.GoOn(InFolder(name), "prune", Settings.DeepClone().AsObject(), []);
        using var cancellation = new CancellationTokenSource();
        return run.Run(folder, new Told<TrainingProgress>(progress =>
        {
            at?.Invoke(run.Network, progress.Step);
            if (progress.Step != stop)
                return;
            if (!inOrder)
                throw new Killed();
            cancellation.Cancel();
        }), told is null ? null : told.Add, cancellation.Token);
    }

    private sealed class Killed : Exception;
}
