using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Experiments.Reproduction;
using TorchRf.Plots;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments.Recipes;

/// <summary>The quick variant of every figure and study runs, draws, measures what the paper's numbers are held against, and shows its claim.</summary>
[Parallelizable(ParallelScope.Self)]
public class QuickRecipeTests : FileFixture
{
    // What even the short variant must show, with room for its noise.
    private static readonly (string Id, double Least, double Most)[] Claims =
    [
        ("figure1.committee.localized", 0.5, 1),
        ("figure1.ica.localized", 0.8, 1),
        ("figure3.ising.ipr", 0.75, 0.95),
        ("figure3.nlgp.ipr", 0.025, 0.06),
        ("figure3.kur.ipr", 0.025, 0.06),
        // Exact, as no closure enters; the lemma ends far below.
        ("figure3.ising.theory-unclosed", 0.75, 0.9),
        ("figure3.ising.theory-third-order", 0.1, 0.2),
        ("closures.nlgp-g3.lemma-0", 0.02, 0.08),
        ("closures.sites-160.lemma", 0.01, 0.03),
        ("closures.surface.fourth-cumulant-0", 0, 0.02),
        ("head.g1.best", 0.8, 1.2),
        ("dynamics.strong.cosine-early", 0.9, 1),
        ("proposition.surface.localized", 0, 0.1),
        ("proposition.above.localized", 0, 0.1),
        ("proposition.adjusted.ipr", 0.08, 1),
        ("figure4.surface.misfit", 0, 0.35),
        ("figure4.surface.ipr", 0.025, 0.08),
        ("figure4.shell.misfit", 0, 0.35),
        ("figure4.surface.rest-constant", 0.97, 1),
        ("figure4.surface.rest-misfit", 0, 0.2),
        ("clone.nlgp-g100.ipr", 0.45, 0.65),
        ("clone.clone-g100.localized", 0, 0.2),
        ("covariances.gaussian-nlgp.localized", 0.9, 1),
        ("covariances.gaussian-kur.localized", 0, 0.1),
        ("classes.mse-2.accuracy", 0.9, 1),
        ("committee.ising-k10.cosine-20", 0.85, 1),
        ("networks.committee-nlgp.localized", 0.5, 1),
        ("networks.committee-kur.localized", 0, 0.2),
        ("sparse-coding.nlgp-k40-l0.5-whitened.localized", 0.2, 1),
        ("sparse-coding.nlgp-k20-l0.5-raw.localized", 0, 0.1),
        ("scenes.rows.localized", 0, 0.2),
        // Of 6 x 6 sites 56 % are at the edges.
        ("scenes.whitened.outer", 0.75, 1),
        ("scenes.filtered.outer", 0.5, 0.73),
        ("figure5.nlgp.lowest", 0.9, 1),
        ("figure5.nlgp.highest", 0, 0.1),
        ("figure5.nlgp.transition", -0.1138, -0.1118),
        ("figure5.kur.lowest", 0.6, 1),
        ("figure5.kur.highest", 0, 0.1),
        ("figure5.kur.transition", 0.0541, 0.0561),
        // Of Kur(4.1), whose own is 26.3: half of the samples lie below 3.1.
        ("figure5.kur.sampled", 2.7, 3.5),
        ("figure6.ica.localized", 0.9, 1),
        ("figure6.relu-kur5.accuracy", 0.75, 0.95),
        ("figure6.relu-kur5.spectrum", 0, 0.1),
        ("figure6.relu-kur5.pull", 0.5, 10),
        ("figure6.relu-clone.localized", 0, 0.1),
        ("company.ten-alone.ipr", 0.5, 1),
        ("populations.nlgp3.localized-plus", 0.4, 1),
        ("populations.nlgp3.localized-minus", 0, 0.2),
        ("populations.clone3.localized-plus", 0, 0.2),
        ("populations.positions.match-ahead", 0.05, 1),
        ("finite.p200.ahead", -0.5, 1),
        ("factors.slope", 0.52, 0.62),
        ("factors.ipr-g3", 0.15, 0.19),
        ("factors.overlap", 0.8, 1),
        // What is left of the largest weights of few rounds is less localized than as many at random.
        ("pruning.nlgp.rounds.ipr", 0.4, 0.7),
        ("pruning.nlgp.random.ipr", 0.9, 1.1),
        ("pruning.nlgp.random.locality", 0.95, 1.05),
        .. from law in (string[])["sphere", "low-rank", "t9", "gaussian", "kur-k3", "nlgp-g0.4", "nlgp-g1", "nlgp-g3", "kur-k30", "kur-k6"] select ($"verdicts.{law}.right", 1.0, 1.0),
    ];

    private static IEnumerable<string> Names => RecipeBook.Recipes.Select(r => r.Name);

    [TestCaseSource(nameof(Names))]
    public void A_quick_variant_shows_what_it_is_about(string name)
    {
        var recipe = RecipeBook.Find(name);
        var settings = RecipeSettings.Of(name, quick: true).With(row => Smaller(row) with { Device = "cpu" });
        settings = settings with { Ica = [.. settings.Ica.Select(search => search.Run.Data is PatchesSettings ? search with { Components = 20 } : search)] };
        var bench = new Workbench(InFolder("pieces"), (_, work) => work(new Progress<TrainingProgress>()), default);
        var outcome = recipe.Run(settings, bench);

        var ids = outcome.Measurements.Select(m => m.Id).ToArray();
        Assert.That(ids, Is.Unique);
        Assert.That(recipe.Pieces(settings), Is.EqualTo(bench.Begun), "what is said to be left depends on it");
        Assert.That(ids.Where(id => !id.StartsWith(name + ".", StringComparison.Ordinal)), Is.Empty);
        Assert.That(outcome.Measurements.Where(m => double.IsNaN(m.Value.Mean)).Select(m => m.Id), Is.Empty);
        // Names say what is done: a smaller batch has another.
        var named = RecipeSettings.Of(name, quick: false).Names.Zip(settings.Names).ToDictionary(n => $"{name}.{n.First}.", n => $"{name}.{n.Second}.");
        string Quick(string id) => named.Keys.FirstOrDefault(full => id.StartsWith(full, StringComparison.Ordinal)) is string row ? named[row] + id[row.Length..] : id;
        Assert.That(PaperNumber.All().Select(p => Quick(p.Id)).Where(id => id.StartsWith(name + ".", StringComparison.Ordinal) && (HasPictures || !id.StartsWith("pruning.fashion.", StringComparison.Ordinal))).Except(ids), Is.Empty, "the paper has these, and they are not measured");
        Assert.That(outcome.Pictures, Is.Not.Empty);
        foreach (var (file, figure) in outcome.Pictures)
        {
            Assert.That(figure.Title, Is.Not.Empty);
            Assert.That(figure.Caption, Is.Not.Empty, file);
            Assert.That(() => FigureFile.Write(figure, InFolder(file)), Throws.Nothing);
        }
        foreach (var (id, least, most) in Claims.Where(c => c.Id.StartsWith(name + ".", StringComparison.Ordinal)))
            Assert.That(outcome.Measurements.Single(m => m.Id == id).Value.Mean, Is.InRange(least, most), id);
    }

    // What peers are installed with.
    private static bool HasPictures => File.Exists("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz");

    // Models of photographs are slow to make, by their sites.
    private static RunSettings Smaller(RunSettings row) => row.Data is PatchesSettings patches ? row with { Data = patches with { Sites = 36 } } : row;
}
