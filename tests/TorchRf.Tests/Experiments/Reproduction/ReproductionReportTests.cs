using System.Text.Json.Nodes;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Experiments.Reproduction;
using TorchRf.Measures;

namespace TorchRf.Tests.Experiments.Reproduction;

public class ReproductionReportTests
{
    private static readonly Recipe Recipe = RecipeBook.Find("2");

    private static readonly PaperNumber[] Paper =
    [
        new() { Id = "figure2.a", Plain = "fields are small", Value = 0.5, Tolerance = 0.1, Of = Provenance.Paper, Source = "their words", Because = "a reason", Tried = "much" },
        new() { Id = "figure2.b", Plain = "accuracy is high", AtLeast = 0.9, Of = Provenance.Notebook, Source = "their notebook", Because = "another", Tried = "little" },
        new() { Id = "figure2.c", Plain = "units agree", Value = 0.1, OneRun = true, Of = Provenance.Paper, Source = "elsewhere", Because = "a third" },
        new() { Id = "figure2.gone", Plain = "s", AtMost = 0.1, Of = Provenance.Paper, Source = "s", Because = "b" },
        new() { Id = "figure5.not-run", Plain = "s", AtMost = 0.1, Of = Provenance.Paper, Source = "s", Because = "b" },
    ];

    private static ReproductionReport Report(bool quick = false)
    {
        var settings = RecipeSettings.Of("figure2", quick);
        var outcome = new RecipeOutcome([],
        [
            new("figure2.a", "the first", new Statistic(0.52, 0.1, 0.01, 100), "seeds"),
            new("figure2.b", "the second", new Statistic(0.5, 0.1, 0.01, 100), "seeds"),
            new("figure2.c", "the third", new Statistic(0.05, null, null, 1), "run"),
            new("figure2.d", "beside", new Statistic(double.PositiveInfinity, 0, 0, 1, IsExact: true), "theory"),
        ], ["A finding."]) { New = ["Something new."] };
        var failed = ReproducedRecipe.Failed(RecipeBook.Find("3"), RecipeSettings.Of("figure3", quick), 1, "it diverged");
        return new ReproductionReport([new ReproducedRecipe(Recipe, settings, outcome, 90), failed], Paper, new JsonObject { ["torch"] = "1.13.0" });
    }

    [TestCase("| figure2.a: the first | 0.5 ± 0.1 | 0.52 ± 0.01 | 0.1 | 100 seeds | same |")]
    [TestCase("| figure2.b: the second | at least 0.9 | 0.5 ± 0.01 | 0.1 | 100 seeds | broken |")]
    [TestCase("| figure2.c: the third | 0.1 (one run) | 0.05 |  | 1 run | cannot tell |")]
    [TestCase("| beside | infinite | exact | 1 theory |  |  |")]
    [TestCase("## The paper and its notebooks: 1 same, 0 differ, 1 cannot tell; 0 of 1 bounds kept; ")]
    [TestCase("| figure2.gone | at most 0.1 | not measured |")]
    [TestCase("It failed: it diverged")]
    [TestCase("### What was reproduced\n\n- Fields are small. Here: 0.52 ± 0.01, over 100 seeds.\n")]
    [TestCase("### What was not\n\n- Accuracy is high. Here: 0.5 ± 0.01 (at least 0.9), over 100 seeds. Tried: little\n")]
    [TestCase("### What these runs cannot tell\n\n- Units agree. Here: 0.05, over 1 run. Nothing else was tried yet.\n")]
    [TestCase("- Something new. ([figure2](#figure2-data-models))")]
    [TestCase("- [figure2: Data models](#figure2-data-models)")]
    [TestCase("Tried: little")]
    [TestCase("kur: data kur, sites 100, k 5, lengthscales [1,3]")]
    [TestCase("couplings [0.3,1.2]")]
    public void The_page_says(string words) => Assert.That(Report().Markdown(), Does.Contain(words));

    [TestCase("figure5.not-run", Description = "of a figure that was not asked for")]
    [TestCase("Tried: much", Description = "of what is the same")]
    [TestCase("The quick variant")]
    public void The_page_says_nothing(string words) => Assert.That(Report().Markdown(), Does.Not.Contain(words));

    [Test]
    public void A_quick_report_says_that_it_is_one() => Assert.That(Report(quick: true).Markdown(), Does.Contain("The quick variant"));

    [Test]
    public void Json_has_every_measurement()
    {
        var json = JsonNode.Parse(Report().Json().ToJsonString())!;
        var measurements = json["recipes"]![0]!["measurements"]!.AsArray();
        Assert.That(measurements, Has.Count.EqualTo(4));
        Assert.That((string)measurements[0]!["verdict"]!, Is.EqualTo("same"));
        Assert.That(measurements[3]!["mean"], Is.Null, "infinity has no JSON");
        Assert.That((string)json["recipes"]![1]!["failure"]!, Is.EqualTo("it diverged"));
    }
}
