using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Measures;
using TorchRf.Runs;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments.Recipes;

public class RecipeSettingsTests
{
    [Test]
    public void Rows_of_figure_5_have_what_is_common_and_gains_spaced_evenly_in_their_logarithm()
    {
        var rows = RecipeSettings.Of("figure5", quick: false).Rows;
        Assert.That(rows.Select(r => (r.Training.Inits, r.Training.Steps)), Is.EqualTo(Enumerable.Repeat((30, 10_000L), 20)));
        Assert.That(rows.Select(r => r.Data).OfType<NlgpSettings>().Select(d => d.Gain), Is.EqualTo(Enumerable.Range(0, 10).Select(i => Math.Pow(10, (2.0 * i / 9) - 1))).Within(1e-9));
    }

    [Test]
    public void A_quick_run_is_smaller_in_what_it_says_and_the_same_in_all_else()
    {
        var (full, quick) = (RecipeSettings.Of("figure6", quick: false), RecipeSettings.Of("figure6", quick: true));
        Assert.That(quick.Names, Is.EqualTo(full.Names));
        Assert.That(quick.Seeds, Is.LessThan(full.Seeds));
        Assert.That(quick.Repeated(quick.Rows[0]).Select(r => r.Training.Seed), Is.EqualTo(Enumerable.Range(1, quick.Seeds).Select(seed => (ulong)seed)));
        Assert.That(quick.Ica[0].Examples!.Value, Is.LessThan(full.Ica[0].Examples!.Value));
        Assert.That(((AlgebraicSettings)quick.Ica[0].Run.Data).K, Is.EqualTo(((AlgebraicSettings)full.Ica[0].Run.Data).K));
        foreach (var (a, b) in quick.Rows.Zip(full.Rows))
        {
            Assert.That(a.Training.Steps, Is.LessThan(b.Training.Steps));
            Assert.That((((AlgebraicSettings)a.Data).K, a.Training.Lr, a.Model.Units), Is.EqualTo((((AlgebraicSettings)b.Data).K, b.Training.Lr, b.Model.Units)));
        }
    }

    // What is averaged in the full variant is averaged over ten at least; shares of localized atoms and units, over five networks of twenty and more; pruned networks of hundreds of units, each pruned ten times over, over three.
    private static readonly string[] OfNetworks = ["sparse-coding", "factors", "populations", "populations-2d", "finite"];

    [Test]
    public void Every_full_recipe_rests_on_ten_seeds_or_initialisations()
    {
        foreach (var recipe in RecipeBook.Recipes.Where(r => r.Name != "figure2"))
        {
            var settings = RecipeSettings.Of(recipe.Name, quick: false);
            Assert.That(settings.Rows.Select(r => Math.Max(settings.Seeds, r.Training.Inits)), Is.All.GreaterThanOrEqualTo(recipe.Name == "pruning" ? 3 : OfNetworks.Contains(recipe.Name) ? 5 : 10), recipe.Name);
        }
    }

    [Test]
    public void Initialisations_that_share_their_examples_count_as_one()
    {
        var row = new RunSettings();
        Measurement Measured(ExampleStreams streams) => Measurement.OverInitialisations("id", "", Statistic.Of([1.0, 2, 3, 4]), row with { Training = row.Training with { Streams = streams } });
        Assert.That((Measured(ExampleStreams.Own).Value.StandardError, Measured(ExampleStreams.Own).Over), Is.EqualTo((Statistic.Of([1.0, 2, 3, 4]).StandardError, "seeds")));
        Assert.That((Measured(ExampleStreams.Shared).Value.StandardError, Measured(ExampleStreams.Shared).Over), Is.EqualTo((Statistic.Of([1.0, 2, 3, 4]).Std, "initialisations, same examples")));
    }
}
