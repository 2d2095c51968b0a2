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
    public void Rows_have_what_is_common_and_their_own()
    {
        var settings = RecipeSettings.Of("figure5", quick: false);
        Assert.That(settings.Rows, Has.Count.EqualTo(20));
        Assert.That(settings.Rows.Select(r => r.Training.Inits), Is.All.EqualTo(30));
        Assert.That(settings.Rows.Select(r => r.Training.Steps), Is.All.EqualTo(10_000));
        Assert.That(((NlgpSettings)settings.Rows[0].Data).Gain, Is.EqualTo(0.1));
        Assert.That(((KurSettings)settings.Rows[^1].Data).K, Is.EqualTo(50));
    }

    [Test]
    public void The_gains_of_figure_5_are_spaced_evenly_in_their_logarithm()
    {
        var gains = RecipeSettings.Of("figure5", quick: false).Rows.Where(r => r.Data is NlgpSettings).Select(r => ((NlgpSettings)r.Data).Gain).ToArray();
        Assert.That(gains, Is.EqualTo(Enumerable.Range(0, 10).Select(i => Math.Pow(10, (2.0 * i / 9) - 1))).Within(1e-9));
    }

    [Test]
    public void A_quick_run_is_smaller_in_what_it_says_and_the_same_in_all_else()
    {
        var (full, quick) = (RecipeSettings.Of("figure6", quick: false), RecipeSettings.Of("figure6", quick: true));
        Assert.That(quick.Names, Is.EqualTo(full.Names));
        Assert.That(quick.Seeds, Is.LessThan(full.Seeds));
        Assert.That(quick.Ica[0].Examples!.Value, Is.LessThan(full.Ica[0].Examples!.Value));
        Assert.That(((AlgebraicSettings)quick.Ica[0].Run.Data).K, Is.EqualTo(((AlgebraicSettings)full.Ica[0].Run.Data).K));
        foreach (var (a, b) in quick.Rows.Zip(full.Rows))
        {
            Assert.That(a.Training.Steps, Is.LessThan(b.Training.Steps));
            Assert.That((((AlgebraicSettings)a.Data).K, a.Training.Lr, a.Model.Units), Is.EqualTo((((AlgebraicSettings)b.Data).K, b.Training.Lr, b.Model.Units)));
        }
    }

    [Test]
    public void Seeds_follow_each_other()
    {
        var settings = RecipeSettings.Of("agreement", quick: true);
        Assert.That(settings.Repeated(settings.Rows[0]).Select(r => r.Training.Seed), Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public void Every_recipe_has_settings_for_both_variants()
    {
        foreach (var recipe in RecipeBook.Recipes)
            foreach (bool quick in new[] { false, true })
                Assert.That(RecipeSettings.Of(recipe.Name, quick).Rows, Is.Not.Empty, recipe.Name);
    }

    // What is averaged in the full variant is averaged over ten at least.
    [Test]
    public void Every_full_recipe_rests_on_ten_seeds_or_initialisations()
    {
        foreach (var recipe in RecipeBook.Recipes.Where(r => r.Name != "figure2"))
        {
            var settings = RecipeSettings.Of(recipe.Name, quick: false);
            Assert.That(settings.Rows.Select(r => Math.Max(settings.Seeds, r.Training.Inits)), Is.All.GreaterThanOrEqualTo(10), recipe.Name);
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
