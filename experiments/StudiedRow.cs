using System.Text.Json;
using TorchRf.Ica;

namespace TorchRf.Experiments;

/// <summary>A row of a recipe's settings, trained.</summary>
/// <param name="Id">What its measurements' names begin with ("clone.nlgp-g10").</param>
/// <param name="What">What their descriptions begin with ("NLGP(10)").</param>
internal sealed record StudiedRow(string Id, string What, string Piece, RunSettings Settings, Ensemble Ensemble, TrainingRun Run)
{
    /// <summary>Trains each row.</summary>
    /// <param name="schedule">The snapshots of a training of so many steps; the first and the last step without.</param>
    /// <param name="piece">A row as part of a file's name; its own name without.</param>
    internal static StudiedRow[] Each(
        string recipe, RecipeSettings settings, Workbench bench, Func<RunSettings, string> what, Func<long, IReadOnlyList<long>>? schedule = null, bool predicts = false, Func<RunSettings, string>? piece = null) =>
    [
        .. settings.Rows.Zip(settings.Names, (row, name) =>
        {
            var ensemble = Ensemble.Of(row, predicts);
            long steps = row.Training.Steps;
            string work = $"{recipe}-{piece?.Invoke(row) ?? name}";
            return new StudiedRow($"{recipe}.{name}", what(row), work, row, ensemble, bench.Train(work, ensemble, schedule is null ? [0, steps] : schedule(steps)));
        }),
    ];

    /// <summary>Trains each row with each of the settings' seeds.</summary>
    /// <returns>For each row its seeds.</returns>
    internal static IEnumerable<StudiedRow[]> EachSeed(
        string recipe, RecipeSettings settings, Workbench bench, Func<RunSettings, string> what, Func<long, IReadOnlyList<long>> schedule, bool predicts = false) =>
        Each(recipe, settings with
        {
            Rows = [.. settings.Rows.SelectMany(settings.Repeated)],
            Named = [.. settings.Names.Zip(settings.Rows).SelectMany(row => settings.Repeated(row.Second).Select(run => Invariant($"{row.First}-seed{run.Training.Seed}")))],
        }, bench, what, schedule, predicts).Select((row, i) => row with { Id = $"{recipe}.{settings.Names[i / settings.Seeds]}" }).Chunk(settings.Seeds);

    internal int Sites => Ensemble.Task.Sites;

    /// <summary>Receptive fields at the end, shape (inits, units, N).</summary>
    internal Tensor Trained => Run.Weights[-1];

    /// <summary>The first receptive field, shape (N).</summary>
    internal Tensor First => Trained[0][0];

    /// <summary>The IPR of each trained field, network after network.</summary>
    internal double[] Ipr => InverseParticipationRatio.Each(Trained);

    /// <summary>Which fields are localized, all networks taken together.</summary>
    internal LocalizedFraction Localized => LocalizedFraction.Among(Trained);

    internal double[] LocalizedShares => [.. LocalizedFraction.OfEach(Trained).Select(f => f.Fraction)];

    /// <summary>How that spreads over networks, as a sentence.</summary>
    internal string Sentence => FieldPanels.Sentence(What, LocalizedShares, Settings.Model.Units, Sites);

    /// <summary>What the theory says from the same start at the same steps, Float64, shape (snapshots, inits, units, N).</summary>
    internal Tensor Predict(Workbench bench) => bench.Predict(Piece, Ensemble, Run.Steps);

    /// <summary>What another theory says from the same start at the same steps, Float64, shape (snapshots, inits, units, N).</summary>
    internal Tensor Predict(Workbench bench, EffectiveTheory theory) => bench.Predict($"{Piece}-{theory}".ToLowerInvariant(), Ensemble.Of(Settings with { Theory = theory }), Run.Steps);

    /// <summary>The cosine between theory and training at a snapshot, shape (inits, units).</summary>
    internal Tensor Cosine(Tensor predicted, int snapshot) => Similarity.Cosine(predicted[snapshot], Run.Weights[snapshot].to(ScalarType.Float64));

    /// <summary>A number of each initialisation as a measurement.</summary>
    internal Measurement Measured(string id, string quantity, IReadOnlyCollection<double> values) => Measured(id, quantity, Statistic.Of(values));

    /// <summary>A mean over initialisations as a measurement.</summary>
    internal Measurement Measured(string id, string quantity, Statistic value) => Measurement.OverInitialisations($"{Id}.{id}", $"{What}: {quantity}", value, Settings);

    internal Measurement LocalizedNeurons() => Measured("localized", "fraction localized", Statistic.Share(Localized.Count, Localized.Total));

    internal Measurement LocalizedUnits() => Measured("localized", "fraction of units localized", Statistic.OfShares(LocalizedShares, Settings.Model.Units));
}

/// <summary>The same search for independent components with several seeds, each a piece of work: "ipr", "iterations", "converged", "warning" and the tensor "fields".</summary>
/// <param name="Settings">With the first seed.</param>
internal sealed record StudiedComponents(string What, IcaSettings Settings, Lattice Lattice, IReadOnlyList<Piece> Pieces)
{
    /// <summary>Searches once for each seed.</summary>
    /// <param name="name">The pieces' name, to which the seed is added.</param>
    internal static StudiedComponents Of(Workbench bench, string name, IcaSettings settings, int seeds, Func<IcaSettings, Lattice, string> what)
    {
        // Once for all seeds: to make models of photographs takes seconds.
        var (prepared, task) = IcaSearch.Prepare(settings);
        return new StudiedComponents(what(prepared, task.Lattice), prepared, task.Lattice, [.. Enumerable.Range(0, seeds).Select(i =>
        {
            ulong seed = prepared.Run.Training.Seed + (ulong)i;
            var one = prepared with { Run = prepared.Run with { Training = prepared.Run.Training with { Seed = seed } } };
            return bench.Do(Invariant($"{name}-seed{seed}"), one.ToJson(), progress => Search(one, new Counted<IcaStep>(progress, step => new TrainingProgress(step.Iteration, one.MaxIterations)), bench.Cancellation));
        })]);
    }

    /// <summary>How many components each search found.</summary>
    internal int Components => IprOf(Pieces[0]).Length;

    /// <summary>The first seed's receptive fields, shape (components, N).</summary>
    internal Tensor Fields => Pieces[0].Tensors["fields"];

    internal double[] Ipr => [.. Pieces.SelectMany(IprOf)];

    internal double[] LocalizedShares => [.. Pieces.Select(p => LocalizedFraction.Among(IprOf(p), Lattice.Sites).Fraction)];

    /// <summary>How many are localized, how often the search converged and after how many iterations.</summary>
    internal IEnumerable<string> Sentences
    {
        get
        {
            yield return FieldPanels.Sentence(What, LocalizedShares, Components, Lattice.Sites);
            int converged = Pieces.Count(p => (bool)p.Numbers["converged"]!);
            var iterations = Pieces.Select(p => (int)p.Numbers["iterations"]!).ToArray();
            yield return $"{What}: converged with {converged} of {Pieces.Count} seeds, after {iterations.Min()} to {iterations.Max()} iterations."
                + (Pieces.Select(p => (string?)p.Numbers["warning"]).OfType<string>().FirstOrDefault() is string warning ? $" {warning}" : "");
        }
    }

    /// <summary>How many of a search's components localized.</summary>
    internal Measurement LocalizedComponents(string id) => new(id, $"{What}: fraction localized", Statistic.OfShares(LocalizedShares, Components), "seeds");

    private static double[] IprOf(Piece piece) => piece.Numbers["ipr"].Deserialize<double[]>()!;

    private static Piece Search(IcaSettings settings, IProgress<IcaStep> progress, CancellationToken cancellation)
    {
        var study = IcaStudy.Run(settings, progress, cancellation);
        return new Piece(new JsonObject
        {
            ["ipr"] = JsonSerializer.SerializeToNode(study.Ipr),
            ["iterations"] = study.Solution.Iterations,
            ["converged"] = study.Solution.Converged,
            ["warning"] = study.Solution.Warning,
        }, new Dictionary<string, Tensor> { ["fields"] = study.Solution.Unmixing });
    }
}
