using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Tests.Data;
using TorchRf.Tests.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>The vector code's gradient against autograd's on the same batch.</summary>
public sealed class ReluNeuronGradientTests : TensorScope
{
    private static IEnumerable<TestCaseData> Tasks()
    {
        static TestCaseData Case(string name, params IDataModel[] classes) => new TestCaseData(new ClassificationTask(classes)).SetArgDisplayNames(name);
        yield return Case("Ising", new IsingRing(40, 0.3), new IsingRing(40, 0.7));
        yield return Case("NLGP", new NonlinearGaussianProcess(13, 1, 3), new NonlinearGaussianProcess(13, 3, 3));
        yield return Case("three classes", new Gaussian(16, 1), new IsingRing(16, 0.7), new Gaussian(16, 3));
        yield return Case("made as a whole", new StudentT(16, 1, 5), new IsingRing(16, 0.5));
        yield return Case("many sites", new Gaussian(5000, 1), new IsingRing(5000, 0.5));
    }

    [TestCaseSource(nameof(Tasks))]
    public void It_is_that_of_autograd(ClassificationTask task)
    {
        foreach (int inits in new[] { 1, 3, 8, 30 })
            foreach (int batch in new[] { task.Classes.Count, 30, 1500 })
            {
                using var scope = torch.NewDisposeScope();
                using var weights = new Generator(2);
                using var neuron = Started.Neuron(Glorot.Normal(inits, task.Sites, 1, weights, 1));
                using var one = new Generator(5);
                using var two = new Generator(5);
                using var vectors = new ReluNeuronGradient(task, inits, batch);
                // Twice, for sums must not be carried over.
                for (int step = 0; step < 2; step++)
                {
                    var (gradient, losses) = vectors.Draw(neuron.Weight, one);
                    var (x, y) = task.Draw(batch, two);
                    var expected = new MeanSquaredError(task.Classes.Count).Losses(neuron, x, y);
                    var autograd = torch.autograd.grad([expected.sum()], [neuron.Weight])[0];
                    Assert.That(gradient.shape, Is.EqualTo(autograd.shape));
                    Assert.That(Values(gradient), Is.EqualTo(Values(autograd)).Within(1e-5 * autograd.abs().max().item<float>()), $"{inits} inits, batch {batch}");
                    Assert.That(Values(losses), Is.EqualTo(Values(expected.detach())).Within(1e-5 * expected.max().item<float>()));
                }
            }
    }

    [Test]
    public void It_does_not_depend_on_threads()
    {
        var task = SmallRun.Task();
        double[] With(int threads)
        {
            torch.set_num_threads(threads);
            using var vectors = new ReluNeuronGradient(task, 3, 5000);
            using var generator = new Generator(5);
            return Values(vectors.Draw(SmallRun.Initial(), generator).Gradient);
        }
        int before = torch.get_num_threads();
        try
        {
            Assert.That(With(4), Is.EqualTo(With(1)));
        }
        finally
        {
            torch.set_num_threads(before);
        }
    }

    [Test]
    public void Weights_that_are_no_numbers_show_in_the_loss()
    {
        using var vectors = new ReluNeuronGradient(SmallRun.Task(), 1, 100);
        using var generator = new Generator(5);
        var losses = vectors.Draw(torch.full([1, 1, SmallRun.Task().Sites], double.NaN, ScalarType.Float32), generator).Losses;
        Assert.That(Values(losses), Is.All.NaN);
    }
}
