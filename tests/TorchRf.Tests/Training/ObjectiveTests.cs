using TorchRf.Models;
using TorchRf.Tests.Models;
using TorchRf.Training;
using static TorchRf.Tests.Models.FiniteDifferences;

namespace TorchRf.Tests.Training;

public sealed class ObjectiveTests : TensorScope
{
    private const int Classes = 3;

    private static readonly double[] Labels = [0, 0, 1, 1, 2, 2];

    private static Tensor Y => torch.tensor(Labels, ScalarType.Float64);

    // Answers what it is given, whatever it is shown.
    private sealed class Oracle(Tensor answer) : nn.Module<Tensor, Tensor>(nameof(Oracle))
    {
        public override Tensor forward(Tensor input) => answer.clone();
    }

    private static IEnumerable<TestCaseData> Formulas()
    {
        static TestCaseData Case(IObjective objective, Func<double[], int, double> loss) => new TestCaseData(objective, loss).SetArgDisplayNames(objective.GetType().Name);
        yield return Case(new CrossEntropy(Classes), (a, y) => Math.Log(a.Sum(Math.Exp)) - a[y]);
        // Against the class as a vector.
        yield return Case(new MeanSquaredError(Classes), (a, y) => a.Select((v, c) => Math.Pow(v - (c == y ? 1 : 0), 2)).Average());
    }

    [TestCaseSource(nameof(Formulas))]
    public void A_loss_of_several_outputs_is_its_formula(IObjective objective, Func<double[], int, double> loss)
    {
        var f = Random(1, 2, 6, Classes);
        using var model = new Oracle(f);
        var (losses, accuracies) = objective.Judge(model, Y, Y);
        Assert.That(Values(objective.Losses(model, Y, Y)), Is.EqualTo(Values(losses)));
        for (int init = 0; init < 2; init++)
        {
            var answers = Values(f[init]).Chunk(Classes).ToArray();
            Assert.That(losses[init].item<double>(), Is.EqualTo(answers.Zip(Labels, (a, y) => loss(a, (int)y)).Average()).Within(1e-13));
            Assert.That(accuracies![init].item<double>(), Is.EqualTo(answers.Zip(Labels, (a, y) => a.Max() == a[(int)y] ? 1.0 : 0).Average()).Within(1e-13));
        }
    }

    [Test]
    public void Cross_entropy_of_large_answers_does_not_overflow()
    {
        using var model = new Oracle(torch.tensor([1000.0, 0, 0], [1, 1, 3], ScalarType.Float64));
        Assert.That(Values(new CrossEntropy(Classes).Losses(model, Y, torch.zeros(1, ScalarType.Float64))), Is.EqualTo(new[] { 0.0 }));
        Assert.That(Values(new CrossEntropy(Classes).Losses(model, Y, torch.ones(1, ScalarType.Float64))), Is.EqualTo(new[] { 1000.0 }));
        using var fewer = new Oracle(torch.zeros([2, 6, 2]));
        Assert.That(() => new CrossEntropy(Classes).Losses(fewer, Y, Y), Throws.ArgumentException, "it needs an output a class");
    }

    [TestCase(2, new[] { -3, 0.5, 0.51, 9 }, new double[] { 0, 0, 1, 1 })]
    [TestCase(3, new[] { -3, 0.4, 0.6, 1.4, 1.6, 9 }, new double[] { 0, 0, 1, 1, 2, 2 })]
    public void One_output_says_the_class_whose_number_is_nearest(int classes, double[] answers, double[] said)
    {
        using var model = new Oracle(torch.tensor(answers, [1, answers.Length], ScalarType.Float64));
        var y = torch.tensor(said, ScalarType.Float64);
        var (losses, right) = new MeanSquaredError(classes).Judge(model, y, y);
        Assert.That(Values(right!), Is.EqualTo(new[] { 1.0 }));
        Assert.That(losses.item<double>(), Is.EqualTo(answers.Zip(said, (a, b) => Math.Pow(a - b, 2)).Average()).Within(1e-13));
        // One class further on, none is right.
        var wrong = new MeanSquaredError(classes).Judge(model, y, (y + 1).remainder(classes)).Accuracies!;
        Assert.That(Values(wrong), Is.EqualTo(new[] { 0.0 }));
    }

    [Test]
    public void A_model_without_labels_has_no_accuracy_and_a_model_with_them_no_loss_of_its_own()
    {
        using var sparse = Started.Sparse(Random(1, 2, 4, 6), 0.1);
        var evaluation = Evaluation.Of(sparse, new Reconstruction(), Random(2, 5, 6), torch.zeros(5, ScalarType.Float64));
        Assert.That((evaluation.Accuracies, evaluation.Accuracy), Is.EqualTo(((object?)null, (double?)null)));
        Assert.That(evaluation.Losses, Is.EqualTo(Values(sparse.Losses(Random(2, 5, 6)))));
        using var committee = Started.Committee(Random(1, 2, 4, 6));
        Assert.That(() => new Reconstruction().Losses(committee, Y, Y), Throws.ArgumentException);
    }

    // LSG's own evaluation set: 537 of class 0 and 463 of class 1. A network that always says 0 has an accuracy of 0.537.
    [Test]
    public void Unbalanced_examples_are_judged_as_they_are()
    {
        var y = torch.cat([torch.zeros(537), torch.ones(463)]);
        using var zero = Started.Committee(torch.zeros([2, 3, 6]));
        using var generator = new Generator(1);
        var evaluation = Evaluation.Of(zero, new MeanSquaredError(2), torch.randn(1000, 6, generator: generator), y);
        Assert.That(evaluation.Accuracies, Is.All.EqualTo(0.537).Within(1e-6));
        Assert.That(evaluation.Losses, Is.All.EqualTo(0.463).Within(1e-6));
        Assert.That(evaluation.DeadUnits, Is.EqualTo(new[] { 3, 3 }), "units of no weight answer to nothing");
    }
}
