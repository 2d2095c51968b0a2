namespace TorchRf.Experiments;

/// <summary>All figures and studies. A new one takes its own file, its settings beside it, and one line here.</summary>
public static class RecipeBook
{
    /// <summary>The recipes, in the order in which they are run.</summary>
    public static IReadOnlyList<Recipe> Recipes { get; } =
    [
        new("figure1", "Small patches in two dimensions: a committee and independent components", Figure1.Run),
        new("figure2", "Data models", Figure2.Run) { Trains = false },
        new("figure3", "Localization follows the amplifier", Figure3.Run) { PiecesOfRow = 4 },
        new("agreement", "Peaks of receptive fields, trained and theory, against the batch (Ising)", AgreementStudy.Run) { PiecesOfRow = 2, RepeatsRows = true, Others = settings => settings.Seeds },
        new("dynamics", "Training and the lemma's flow in time, at a strong and a weak gain", DynamicsStudy.Run) { PiecesOfRow = 2 },
        new("closures", "How far closures of the drive are off", ClosuresStudy.Run) { PiecesOfRow = 2, Others = _ => ClosuresStudy.RandomPieces },
        new("phases", "What a neuron's field becomes, over lengthscale and gain or k", PhasesStudy.Run) { Others = _ => PhasesStudy.Maps },
        new("figure4", "Elliptical data: sinusoids, whatever the kurtosis", Figure4.Run) { PiecesOfRow = 2, RepeatsRows = true },
        new("proposition", "Both sides of Prop. 3.3: other directions, and other radii", PropositionStudy.Run),
        new("figure5", "IPR against excess kurtosis", Figure5.Run) { PiecesOfRow = 2 },
        new("figure6", "Committees and independent components", Figure6.Run),
        new("classes", "More classes than two, by square error and cross-entropy", ClassesStudy.Run),
        new("covariances", "Other covariances: gaussian, exponential, cosine, sine, gap", CovariancesStudy.Run) { PiecesOfRow = 2 },
        new("clone", "NLGP against its Gaussian clone, and Kur", CloneStudy.Run) { PiecesOfRow = 2 },
        new("scenes", "Natural scenes: rows and patches of photographs", ScenesStudy.Run) { PiecesOfRow = 2 },
        new("committee", "Units of a committee: theory against trained", CommitteeStudy.Run) { PiecesOfRow = 2 },
        new("head", "A second layer that learns too", HeadStudy.Run),
        new("company", "Ten units in company: the IPR of each, and of one neuron alone", CompanyStudy.Run) { PiecesOfRow = 2 },
        new("networks", "Other networks: heads, gates, convolution, autoencoders", NetworksStudy.Run),
        new("factors", "Factors of the fourth cumulant, and trained fields over them", FactorsStudy.Run) { RepeatsRows = true, Others = settings => settings.Seeds },
        new("populations", "Ingrosso and Goldt's networks: two halves of units, and convolution", PopulationsStudy.Ring),
        new("populations-2d", "The same in two dimensions", PopulationsStudy.Torus),
        new("finite", "Finite training sets, as they are and with their translations", FiniteStudy.Run) { Trains = false, Others = FiniteStudy.Pieces },
        new("sparse-coding", "Sparse coding: what decides whether atoms localize", SparseCodingStudy.Run) { PiecesOfRow = 2 },
        new("pruning", "Iterative magnitude pruning: where what is left lies", PruningStudy.Run) { Trains = false, Others = PruningStudy.Pieces },
        new("verdicts", "Verdicts on laws whose outcome is known", VerdictsStudy.Run) { RepeatsRows = true },
    ];

    /// <summary>What users call them: figures by their number, studies by their name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Recipes.Select(r => r.Name.StartsWith("figure", StringComparison.Ordinal) ? r.Name["figure".Length..] : r.Name)];

    /// <summary>The recipe that a user names: "5", "figure5" or "agreement".</summary>
    public static Recipe Find(string name) =>
        Recipes.FirstOrDefault(r => r.Name == name || r.Name == "figure" + name)
        ?? throw new NotSupportedException($"The figure is {name}; it must be {string.Join(", ", Names.SkipLast(1))} or {Names[^1]}.");
}
