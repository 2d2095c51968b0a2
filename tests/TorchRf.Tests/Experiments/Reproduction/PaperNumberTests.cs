using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Experiments.Reproduction;
using TorchRf.Measures;

namespace TorchRf.Tests.Experiments.Reproduction;

public class PaperNumberTests
{
    private static readonly PaperNumber Value = new() { Id = "x", Plain = "p", Value = 0.9, Tolerance = 0.05, Of = Provenance.Paper, Source = "s", Because = "b" };

    // The room that is left, against twice the standard error.
    [TestCase(0.90, 0.02, Judgement.Same)]
    [TestCase(0.92, 0.02, Judgement.CannotTell)]
    [TestCase(0.96, 0.02, Judgement.CannotTell)]
    [TestCase(0.80, 0.02, Judgement.Differs)]
    [TestCase(1.00, 0.02, Judgement.Differs)]
    [TestCase(1.00, 0.03, Judgement.CannotTell)]
    [TestCase(0.94, 0, Judgement.Same)]
    [TestCase(0.96, 0, Judgement.Differs)]
    [TestCase(0.90, null, Judgement.CannotTell)]
    [TestCase(double.PositiveInfinity, 0, Judgement.CannotTell)]
    public void A_value_is_judged_by_its_tolerance_and_the_error(double mean, double? error, Judgement expected) =>
        Assert.That(Value.Judge(new Statistic(mean, null, error, 10)), Is.EqualTo(expected));

    [TestCase(0.90, 0.02, Judgement.Kept)]
    [TestCase(0.80, 0.02, Judgement.Broken)]
    [TestCase(0.88, 0.02, Judgement.CannotTell)]
    [TestCase(0.82, 0.02, Judgement.CannotTell)]
    public void A_bound_is_judged_by_the_error(double mean, double error, Judgement expected)
    {
        var least = new PaperNumber { Id = "x", Plain = "p", AtLeast = 0.85, Of = Provenance.Paper, Source = "s", Because = "b" };
        Assert.That(least.Judge(new Statistic(mean, null, error, 10)), Is.EqualTo(expected));
        var most = new PaperNumber { Id = "x", Plain = "p", AtMost = -0.85, Of = Provenance.Paper, Source = "s", Because = "b" };
        Assert.That(most.Judge(new Statistic(-mean, null, error, 10)), Is.EqualTo(expected));
    }

    // Ten runs of mean 0.5 and standard deviation 0.1: 95 % of single runs lie within 2.2622 * 0.1 * sqrt(1.1) = 0.2373 of it, 99 % within 0.3408.
    [TestCase(0.73, Judgement.Same)]
    [TestCase(0.27, Judgement.Same)]
    [TestCase(0.74, Judgement.CannotTell)]
    [TestCase(0.84, Judgement.CannotTell)]
    [TestCase(0.85, Judgement.Differs)]
    [TestCase(0.15, Judgement.Differs)]
    public void A_run_of_theirs_is_judged_by_the_spread_of_runs(double theirs, Judgement expected)
    {
        var one = new PaperNumber { Id = "x", Plain = "p", Value = theirs, OneRun = true, Of = Provenance.Paper, Source = "s", Because = "b" };
        Assert.That(one.Judge(new Statistic(0.5, 0.1, 0.1 / Math.Sqrt(10), 10)), Is.EqualTo(expected));
        Assert.That(one.Judge(new Statistic(0.5, 0.1, 0.1 / Math.Sqrt(2), 2)), Is.EqualTo(Judgement.CannotTell), "two runs tell little of a third");
    }

    [Test]
    public void Every_number_of_the_paper_says_what_is_allowed_and_why()
    {
        var paper = PaperNumber.All();
        Assert.That(paper, Is.Not.Empty);
        Assert.That(paper.Select(p => p.Id), Is.Unique);
        Assert.That(paper.Select(p => p.Id.Split('.')[0]).Distinct(), Is.SubsetOf(RecipeBook.Recipes.Select(r => r.Name)));
        foreach (var p in paper)
        {
            Assert.That((p.Value is not null && !p.OneRun) == p.Tolerance is not null, p.Id);
            Assert.That(p.Tolerance is null or > 0, p.Id);
            Assert.That(p.Value is not null || p.AtLeast is not null || p.AtMost is not null, p.Id);
            Assert.That(p.Source + p.Because, Is.Not.Empty, p.Id);
        }
    }

    [Test]
    public void Of_a_smaller_run_than_theirs_nothing_is_said()
    {
        var claim = new PaperNumber { Id = "x", Plain = "p", AtLeast = 0, Of = Provenance.Abstract, Source = "s", Because = "b" };
        var measured = Statistic.Of([1, 1.1, 1.2]);
        Assert.That(ReproductionReport.Word(claim, claim.Judge(measured)), Is.EqualTo("kept"));
        var small = claim with { Smaller = "a tenth of theirs" };
        Assert.That(small.Judge(measured), Is.EqualTo(Judgement.CannotTell));
        Assert.That(ReproductionReport.Word(small, small.Judge(measured)), Is.EqualTo("no verdict"));
    }
}
