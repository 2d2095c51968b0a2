using System.Text.Json.Nodes;
using TorchRf.IO;
using TorchRf.Training;

namespace TorchRf.Pruning;

/// <summary>
/// Iterative magnitude pruning with rewinding: train; take away the smallest weights; go back to W, b, gamma and beta of an early step of the first training; again. At chosen rounds two
/// networks with as many weights in each layer are trained beside, from the same step on the same batches: one pruned at once by the first training's weights, one by chance.
/// </summary>
/// <remarks>
/// Each training leaves "round-NN.safetensors" ("round-NN-one-shot", "round-NN-random"), the trained network with its record in the metadata, and "round-NN.npz", its masks as bits in the order of
/// numpy.packbits, and checkpoints while it is under way: who runs it again in the same folder goes on with it, to the same bits.
/// </remarks>
public sealed class PruningRun : IDisposable
{
    /// <summary>The part of a layer's units at which a network counts as no longer connected.</summary>
    public const double LeastConnected = 0.2;

    private const string RewindFile = "rewind.safetensors";
    private const string Record = "record";
    private const int Kinds = 3;

    private readonly PruningSettings settings;
    private readonly PruningExamples examples;
    private readonly ulong seed;
    private readonly Generator draws;
    private readonly CrossEntropy objective;
    private readonly IReadOnlyDictionary<string, Tensor> start;

    /// <param name="settings">How to train and prune.</param>
    /// <param name="examples">What to train on; they stay the caller's.</param>
    /// <param name="seed">Fixes everything random.</param>
    /// <param name="device">Where to compute.</param>
    /// <exception cref="InvalidSettingException">A setting is out of its range.</exception>
    public PruningRun(PruningSettings settings, PruningExamples examples, ulong seed, Device device)
    {
        settings.Validate(examples.Sites, examples.Classes);
        (this.settings, this.examples, this.seed, objective) = (settings, examples, seed, new CrossEntropy(examples.Classes));
        draws = new Generator(Seeds.Derive(seed, "init"));
        Network = new MaskedNetwork([examples.Sites, .. settings.Hidden, examples.Classes], draws);
        // Drawn on the CPU, so that it is the same wherever it is trained.
        Network.to(device);
        start = Parts(Network.state_dict()).ToDictionary(p => p.Name, p => p.Tensor.clone().DetachFromDisposeScope());
    }

    /// <summary>The network, as the newest training leaves it.</summary>
    public MaskedNetwork Network { get; }

    /// <summary>Why the last round was the last; null where there were as many as were asked for.</summary>
    public string? Ended { get; private set; }

    /// <summary>What a training's files are called, without their extension.</summary>
    public static string NameOf(int round, PruningKind kind) =>
        FormattableString.Invariant($"round-{round:00}{kind switch { PruningKind.OneShot => "-one-shot", PruningKind.Random => "-random", _ => "" }}");

    /// <summary>The round that a checkpoint is of.</summary>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="steps">Steps of each training.</param>
    public static long RoundOf(long step, long steps) => (step - 1) / (Kinds * Math.Max(1, steps));

    /// <summary>Trains and prunes to the end, from wherever the folder has it.</summary>
    /// <param name="folder">Where everything is kept.</param>
    /// <param name="progress">Told after every step, of the steps of all trainings that there may be.</param>
    /// <param name="damaged">Told, in one line each, of files that cannot be read and what they hold is done again.</param>
    /// <param name="cancellation">Ends it after a step, with a checkpoint.</param>
    /// <returns>What each training came to, in their order.</returns>
    /// <exception cref="DivergenceException">A loss or a weight stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<PruningRecord> Run(RunFolder folder, IProgress<TrainingProgress>? progress = null, Action<string>? damaged = null, CancellationToken cancellation = default)
    {
        using var scope = torch.NewDisposeScope();
        Ended = null;
        var records = new List<PruningRecord>();
        IReadOnlyList<LayerMask> masks = [.. Network.Masks.Zip(Network.BiasMasks, (w, b) => new LayerMask(torch.ones_like(w), torch.ones_like(b)))];
        var work = new Work(folder, progress, damaged, masks, cancellation);
        Tensor? first = null;
        for (int round = 0; round <= settings.Rounds; round++)
        {
            if (round > 0)
            {
                masks = MagnitudePruning.Masks(Network, MagnitudePruning.Removed(settings.Fraction, round), settings.Scope, settings.LastLayer);
                if (Disconnected(masks) is string layer)
                {
                    Ended = FormattableString.Invariant($"round {round} would leave {layer} connected") + Without(round - 1);
                    break;
                }
            }
            Train(round, PruningKind.Iterative, masks);
            first ??= Network.Weights[0].detach().clone();
            if (settings.Controls.Contains(round))
            {
                using var inner = torch.NewDisposeScope();
                Take(folder, NameOf(0, PruningKind.Iterative));
                Train(round, PruningKind.OneShot, MagnitudePruning.OneShot(Network, masks));
                Train(round, PruningKind.Random, Chance(round, masks));
                Take(folder, NameOf(round, PruningKind.Iterative));
            }
            if (settings.Density is double enough && Part(masks.Take(Pruned)) <= enough)
            {
                if (round < settings.Rounds)
                    Ended = FormattableString.Invariant($"round {round} left {Part(masks.Take(Pruned)):0.0000} of the weights") + Without(round);
                break;
            }
        }
        return records;

        void Train(int round, PruningKind kind, IReadOnlyList<LayerMask> kept)
        {
            using var inner = torch.NewDisposeScope();
            var name = NameOf(round, kind);
            if (Done(folder, name, damaged) is not PruningRecord record)
            {
                Descend(work, round, kind, kept, records.Count);
                record = Judge(round, kind, kept, first);
                folder.Write(name + ".safetensors", State(), new Dictionary<string, string> { [Record] = record.ToJson().ToJsonString() });
            }
            // Whatever became of them: they follow from what is known.
            NpzFile.Write(folder.InFolder(name + ".npz"), Bits(kept));
            records.Add(record);
            progress?.Report(new TrainingProgress(records.Count * settings.Steps, settings.Trainings * settings.Steps) { Loss = record.HeldLoss });
            folder.Write("rounds.json", new JsonObject { ["rounds"] = new JsonArray([.. records.Select(r => (JsonNode)r.ToJson())]) });
        }
    }

    /// <summary>The first layer that a training left.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="round">Which round.</param>
    /// <param name="kind">Which network.</param>
    /// <returns>Its mask, Bool, and its weights, both of shape (out, in).</returns>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static (Tensor Mask, Tensor Weights) FirstLayer(string folder, int round, PruningKind kind)
    {
        var tensors = SafeTensors.Read(Path.Combine(folder, NameOf(round, kind) + ".safetensors")).Tensors;
        return tensors.TryGetValue("layers.0.mask", out var mask) && tensors.TryGetValue("layers.0.weight", out var weights) && mask.shape.SequenceEqual(weights.shape)
            ? (mask, weights) : throw MalformedFile.Because(Path.Combine(folder, NameOf(round, kind) + ".safetensors"), "it has no first layer");
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        Network.Dispose();
        foreach (var tensor in start.Values)
            tensor.Dispose();
        draws.Dispose();
    }

    private sealed record Work(RunFolder Folder, IProgress<TrainingProgress>? Progress, Action<string>? Damaged, IReadOnlyList<LayerMask> Full, CancellationToken Cancellation);

    // From the early step on, or from a checkpoint within this training.
    private void Descend(Work work, int round, PruningKind kind, IReadOnlyList<LayerMask> kept, int before)
    {
        using var one = new OneThread(Network.Weights[0].device, settings.Batch * Network.Weights.Sum(w => w.numel()));
        // Steps of checkpoints grow from training to training.
        long offset = ((round * Kinds) + (int)kind) * settings.Steps;
        Begin(round == 0 ? start : Rewound(work), kept);
        using var trainer = Trainer(round);
        if (work.Folder.Latest(work.Damaged) is Checkpoint newest && newest.Step > offset && newest.Step <= offset + settings.Steps)
            trainer.Restore(newest with { Step = newest.Step - offset });
        try
        {
            trainer.Run(settings.Steps, _ =>
            {
                if (round == 0 && trainer.Step == settings.Rewind)
                    Keep(work.Folder);
                if (trainer.Step % settings.CheckpointEvery == 0 && trainer.Step < settings.Steps)
                    Save();
                work.Progress?.Report(new TrainingProgress((before * settings.Steps) + trainer.Step, settings.Trainings * settings.Steps));
            }, work.Cancellation);
        }
        catch (OperationCanceledException) when (work.Cancellation.IsCancellationRequested)
        {
            if (trainer.Step > 0)
                Save();
            throw;
        }

        void Save()
        {
            using var scope = torch.NewDisposeScope();
            var captured = trainer.Capture();
            work.Folder.Save(captured with { Step = captured.Step + offset });
        }
    }

    // A control sees the batches of its round.
    private Trainer Trainer(int round)
    {
        Network.train();
        return new Trainer(Network, examples.Batches(), objective, Optimizer, Seeds.Derive(seed, "round", round));
    }

    private torch.optim.Optimizer Optimizer(IEnumerable<TorchSharp.Modules.Parameter> parameters) => settings.Optimizer == PruningOptimizer.Adam
        ? torch.optim.Adam(parameters, settings.Lr, weight_decay: settings.WeightDecay)
        : torch.optim.SGD(parameters, settings.Lr, settings.Momentum, weight_decay: settings.WeightDecay);

    private void Begin(IReadOnlyDictionary<string, Tensor> from, IReadOnlyList<LayerMask> kept)
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, own) in Parts(Network.state_dict()))
            own.copy_(from[name]);
        Network.ResetMoments();
        Network.Keep(kept);
    }

    // What goes back: not the moments, which begin anew, nor the masks.
    private static IEnumerable<(string Name, Tensor Tensor)> Parts(Dictionary<string, Tensor> state) =>
        state.Where(s => s.Key.Split('.')[^1] is "weight" or "bias" or "gamma" or "beta").Select(s => (s.Key, s.Value));

    // Everything, masks as truths.
    private Dictionary<string, Tensor> State() => Network.state_dict().ToDictionary(s => s.Key, s => s.Key.EndsWith("mask", StringComparison.Ordinal) ? s.Value.ne(0) : s.Value);

    private void Keep(RunFolder folder) => folder.Write(RewindFile, Parts(Network.state_dict()).ToDictionary(p => p.Name, p => p.Tensor));

    // The first training left them; if they are lost, its first steps are taken again.
    private IReadOnlyDictionary<string, Tensor> Rewound(Work work)
    {
        if (settings.Rewind == 0)
            return start;
        if (Read(work.Folder, RewindFile, start, work.Damaged) is SafeTensorsFile kept)
            return kept.Tensors;
        Begin(start, work.Full);
        using (var trainer = Trainer(0))
            trainer.Run(settings.Rewind, cancellation: work.Cancellation);
        Keep(work.Folder);
        return SafeTensors.Read(work.Folder.InFolder(RewindFile)).Tensors;
    }

    // What a training came to, with the network as it left it; null where that is not all there.
    private PruningRecord? Done(RunFolder folder, string name, Action<string>? damaged)
    {
        if (Read(folder, name + ".safetensors", State(), damaged) is not SafeTensorsFile file)
            return null;
        try
        {
            var record = PruningRecord.FromJson(JsonFile.Parse(file.Metadata.GetValueOrDefault(Record, ""), name, Record));
            Load(file);
            return record;
        }
        catch (InvalidDataException e)
        {
            damaged?.Invoke(e.Message);
            return null;
        }
    }

    private void Take(RunFolder folder, string name) => Load(SafeTensors.Read(folder.InFolder(name + ".safetensors")));

    private void Load(SafeTensorsFile file)
    {
        using var noGrad = torch.no_grad();
        foreach (var (name, own) in Network.state_dict())
            own.copy_(file.Tensors[name]);
    }

    private static SafeTensorsFile? Read(RunFolder folder, string name, IReadOnlyDictionary<string, Tensor> like, Action<string>? damaged)
    {
        var path = folder.InFolder(name);
        if (!File.Exists(path))
            return null;
        try
        {
            var file = SafeTensors.Read(path);
            bool fits = file.Checksum is not null && like.All(own => file.Tensors.TryGetValue(own.Key, out var tensor) && tensor.dtype == own.Value.dtype && tensor.shape.SequenceEqual(own.Value.shape));
            return fits ? file : throw MalformedFile.Because(path, "its tensors are not those of this network");
        }
        catch (InvalidDataException e)
        {
            damaged?.Invoke(e.Message);
            return null;
        }
    }

    private PruningRecord Judge(int round, PruningKind kind, IReadOnlyList<LayerMask> kept, Tensor? first)
    {
        using var noGrad = torch.no_grad();
        Network.eval();
        Evaluation Of((Tensor X, Tensor Y) on) => Evaluation.Of(Network, objective, on.X, on.Y);
        var (seen, held) = (Of(examples.Seen), Of(examples.Held));
        bool more = kind == PruningKind.Iterative && round < settings.Rounds;
        var next = more ? MagnitudePruning.Masks(Network, MagnitudePruning.Removed(settings.Fraction, round + 1), settings.Scope, settings.LastLayer)[0].Weights : null;
        var measured = RoundMeasures.Of(Network, first ?? Network.Weights[0], Chance(round, kept)[0].Weights, next, examples, Seeds.Derive(seed, "measures", round));
        return new PruningRecord(round, kind, [.. kept.Select(m => Part([m]))], MagnitudePruning.Connected(kept), seen.Loss, seen.Accuracy ?? 0, held.Loss, held.Accuracy ?? 0, measured);
    }

    private IReadOnlyList<LayerMask> Chance(int round, IReadOnlyList<LayerMask> like)
    {
        using var generator = new Generator(Seeds.Derive(seed, "mask", round));
        return MagnitudePruning.Random(like, generator);
    }

    private string Without(int last)
    {
        int[] left = [.. settings.Controls.Where(r => r > last).Order()];
        return left.Length == 0 ? "" : FormattableString.Invariant($", so that there are no controls of round{(left.Length > 1 ? "s" : "")} {string.Join(", ", left)}");
    }

    private string? Disconnected(IReadOnlyList<LayerMask> masks)
    {
        var connected = MagnitudePruning.Connected(masks);
        int layer = Enumerable.Range(0, Pruned).FirstOrDefault(l => connected[l] <= LeastConnected * masks[l].Biases.numel(), -1);
        return layer < 0 ? null : FormattableString.Invariant($"{connected[layer]} of {masks[layer].Biases.numel()} units of layer {layer + 1}");
    }

    private int Pruned => settings.Hidden.Count + (settings.LastLayer ? 1 : 0);

    private static double Part(IEnumerable<LayerMask> of)
    {
        using var scope = torch.NewDisposeScope();
        return of.Sum(m => m.Weights.sum().item<long>()) / (double)of.Sum(m => m.Weights.numel());
    }

    // As numpy.packbits(mask, axis=-1) has them.
    private Dictionary<string, Tensor> Bits(IReadOnlyList<LayerMask> masks)
    {
        var bits = new Dictionary<string, Tensor> { ["widths"] = torch.tensor([.. Network.Widths.Select(w => (long)w)]) };
        foreach (var (l, mask) in masks.Index())
            (bits[FormattableString.Invariant($"weights{l}")], bits[FormattableString.Invariant($"biases{l}")]) = (PackedBits.Of(mask.Weights), PackedBits.Of(mask.Biases));
        return bits;
    }
}
