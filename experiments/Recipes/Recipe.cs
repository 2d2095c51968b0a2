namespace TorchRf.Experiments.Recipes;

/// <summary>A figure or study that can be run: settings in, numbers and pictures out. Its settings lie beside it as JSON.</summary>
/// <param name="Name">Its name and that of its settings, pictures and pieces ("figure5", "agreement").</param>
/// <param name="Run">Runs it: its settings, as <see cref="RecipeSettings.Of"/> reads them, perhaps with a user's own put in, and where its pieces of work are done and kept.</param>
public sealed record Recipe(string Name, string Title, Func<RecipeSettings, Workbench, RecipeOutcome> Run)
{
    /// <summary>Whether it trains something, so that settings of training mean anything to it.</summary>
    public bool Trains { get; init; } = true;

    /// <summary>How many pieces of work each row is: its training alone, or also what the theory says of it.</summary>
    public int PiecesOfRow { get; init; } = 1;

    /// <summary>Whether each row is done with each seed.</summary>
    public bool RepeatsRows { get; init; }

    /// <summary>How many pieces of work it has beside.</summary>
    public Func<RecipeSettings, int> Others { get; init; } = _ => 0;

    /// <summary>How many pieces of work it has: those of its rows and, with each seed, its searches for independent components.</summary>
    public int Pieces(RecipeSettings settings) => Others(settings) + (Trains ? settings.Rows.Count * PiecesOfRow * (RepeatsRows ? settings.Seeds : 1) : 0) + (settings.Ica.Count * settings.Seeds);
}

/// <summary>What a recipe found.</summary>
/// <param name="Pictures">Figures by the name of their file.</param>
public sealed record RecipeOutcome(
    IReadOnlyList<(string Name, Figure Figure)> Pictures, IReadOnlyList<Measurement> Measurements, IReadOnlyList<string> Findings)
{
    /// <summary>What of it no paper has, in sentences that stand alone.</summary>
    public IReadOnlyList<string> New { get; init; } = [];
}

/// <summary>A number that a recipe measured.</summary>
/// <param name="Id">Its name in paper.json ("figure4.surface.misfit"); a recipe's name comes first.</param>
/// <param name="Over">What the count is of ("seeds").</param>
public sealed record Measurement(string Id, string Quantity, Statistic Value, string Over)
{
    /// <summary>
    /// The mean over initialisations that train side by side. Where they are shown the same examples they share those examples' noise, and how much of it there
    /// is one run does not tell: they then count as one, and the standard error is that of a single one.
    /// </summary>
    /// <param name="value">Over the initialisations, as if they were independent.</param>
    public static Measurement OverInitialisations(string id, string quantity, Statistic value, RunSettings row) => row.Training.Streams == ExampleStreams.Own
        ? new(id, quantity, value, "seeds")
        : new(id, quantity, value with { StandardError = value.Std ?? value.StandardError }, "initialisations, same examples");

    /// <summary>As JSON; what is not finite is null.</summary>
    public JsonObject Json() => new()
    {
        ["id"] = Id,
        ["quantity"] = Quantity,
        ["mean"] = double.IsFinite(Value.Mean) ? Value.Mean : null,
        ["std"] = Value.Std,
        ["standard_error"] = Value.StandardError,
        ["count"] = Value.Count,
        ["over"] = Over,
    };
}
