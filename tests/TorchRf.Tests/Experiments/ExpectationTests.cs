using TorchRf.Data;
using TorchRf.Experiments;
using TorchRf.Experiments.Analyzing;
using TorchRf.Experiments.Recipes;
using TorchRf.Tests.Cli.Faults;
using TorchRf.Training;

namespace TorchRf.Tests.Experiments;

/// <summary>What cannot be told, and why. Laws of which it can are the recipe "verdicts", whose quick variant, a seed a law, runs with the others.</summary>
public class ExpectationTests : FileFixture
{
    private static FileExamples Examples(IDataModel law, ulong seed, int examples, bool transposed = false)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(seed);
        var x = law.Sample(examples, generator);
        return new FileExamples(transposed ? x.mT.contiguous() : x, $"x{seed}.npy");
    }

    private static Expectation Of(Func<double, IDataModel> law, int examples, bool transposed = false)
    {
        using var task = new ClassificationTask(Examples(law(1), 1, examples, transposed), Examples(law(3), 2, examples, transposed));
        return Expectation.Of(task);
    }

    [Test]
    public void Fewer_examples_than_sites_are_transposed_or_a_picture()
    {
        var found = Of(xi => new NonlinearGaussianProcess(20, xi, 3), 300, transposed: true);
        Assert.That(found.Outcome, Is.EqualTo(Outcome.CannotTell));
        Assert.That(found.Reasons, Is.EqualTo(new[] { "There are fewer examples, 20, than sites, 300: is the array transposed, or one picture?" }));
    }

    [Test]
    public void A_covariance_that_is_hardly_known_decides_nothing()
    {
        var found = Of(xi => new NonlinearGaussianProcess(90, xi, 3), 110);
        Assert.That(found.Outcome, Is.EqualTo(Outcome.CannotTell));
        Assert.That(found.Reasons[0], Does.Match(@"The covariance of x1.npy is known to \d\d % only, from 110 examples: more of them"));
    }

    [Test]
    public void What_is_not_stationary_decides_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(3);
        FileExamples Walk() => new(torch.randn(2000, 20, generator: generator).cumsum(1), "walk.npy", how: Preparation.OfFiles);
        using var task = new ClassificationTask(Walk(), Walk());
        var found = Expectation.Of(task);
        Assert.That((found.Outcome, found.Fields is null), Is.EqualTo((Outcome.CannotTell, false)));
        Assert.That(found.Reasons[0], Does.StartWith("Not stationary: the covariance of walk.npy").And.Contain("fields go where sites differ"));
    }

    [Test]
    public void Of_one_class_an_elliptical_law_is_enough_and_another_is_not()
    {
        using var elliptical = new ClassificationTask(Examples(new StudentT(Circulant.Gaussian(40, 3), 5, ""), 4, 10_000));
        using var other = new ClassificationTask(Examples(new NonlinearGaussianProcess(40, 3, 3), 5, 10_000));
        Assert.That(Expectation.Of(elliptical).Outcome, Is.EqualTo(Outcome.Extended));
        var found = Expectation.Of(other);
        Assert.That((found.Outcome, found.Reasons.Count), Is.EqualTo((Outcome.CannotTell, 2)));
        Assert.That(found.Reasons[1], Does.Contain("give the other one too"));
    }

    // A minute or two, and so not every day: the quick recipe has one seed a law, and twenty are the recipe itself.
    [Test]
    public void Four_seeds_of_each_law_give_no_wrong_verdict()
    {
        if (ManyFaults.OrFew(4, 1) == 1)
            Assert.Ignore("Four seeds of each law are asked with --faults.");
        var settings = RecipeSettings.Of("verdicts", quick: false) with { Seeds = 4 };
        var outcome = RecipeBook.Find("verdicts").Run(settings, new Workbench(InFolder("pieces"), (_, work) => work(new Progress<TrainingProgress>()), default));
        Assert.That(outcome.Measurements.Where(m => m.Id.EndsWith(".wrong", StringComparison.Ordinal)).Select(m => m.Value.Mean), Is.All.Zero, string.Join('\n', outcome.Findings));
        Assert.That(outcome.Measurements.Where(m => m.Id.EndsWith(".right", StringComparison.Ordinal)).Average(m => m.Value.Mean), Is.GreaterThan(0.8));
    }
}
