using Microsoft.ML;
using Microsoft.ML.Transforms;
using TorchRf.Data;
using TorchRf.ML;

namespace TorchRf.Tests.ML;

/// <summary>
/// ML.NET's own trainers on our data. Both classes of the task are symmetric, x as likely as -x, with the same law of each site, so that a linear classifier
/// is right half of the time, and only one that sees products of sites does better.
/// </summary>
public sealed class TrainersTests
{
    private const int TestRows = 4000;

    private static readonly ClassificationTask Task = new(new NonlinearGaussianProcess(40, 1, 3), new NonlinearGaussianProcess(40, 3, 3));
    private static readonly ExampleDataView Train = ExampleDataView.Of(Task, 6000, 1), Test = ExampleDataView.Of(Task, TestRows, 2);

    // Of an accuracy near one half; near 0.93 it is 0.004.
    private static double StandardError => 0.5 / Math.Sqrt(TestRows);

    [Test]
    public void Logistic_regression_on_the_sites_stays_at_chance()
    {
        var context = new MLContext(seed: 1);
        double accuracy = Accuracy(context, Logistic(context));
        Assert.That(Math.Abs(accuracy - 0.5) / StandardError, Is.LessThan(3), $"{accuracy} ± {StandardError:0.000}");
    }

    [Test]
    public void Behind_an_approximated_kernel_map_it_tells_the_classes_apart()
    {
        var context = new MLContext(seed: 1);
        var kernel = context.Transforms.ApproximatedKernelMap("Features", rank: 400, generator: new GaussianKernel(0.5f)).AppendCacheCheckpoint(context);
        double accuracy = Accuracy(context, kernel.Append(Logistic(context)));
        Assert.That(accuracy - 0.9, Is.GreaterThan(3 * 0.004), $"{accuracy} ± 0.004");
    }

    [Test]
    public void Trainers_of_many_classes_take_the_key()
    {
        var three = new ClassificationTask(new Gaussian(20, 0.5), new Gaussian(20, 2), new Gaussian(20, 8));
        var context = new MLContext(seed: 1);
        var train = ExampleDataView.Of(three, 1500, 1);
        var model = context.Transforms.ApproximatedKernelMap("Features", rank: 200, generator: new GaussianKernel(1)).AppendCacheCheckpoint(context)
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(historySize: 5)).Fit(train);
        var metrics = context.MulticlassClassification.Evaluate(model.Transform(ExampleDataView.Of(three, 1500, 2)));
        Assert.That(metrics.ConfusionMatrix.NumberOfClasses, Is.EqualTo(3));
        Assert.That(metrics.MacroAccuracy, Is.GreaterThan(0.6), "a third by chance, ± 0.013");
    }

    private static Microsoft.ML.Trainers.LbfgsLogisticRegressionBinaryTrainer Logistic(MLContext context) =>
        context.BinaryClassification.Trainers.LbfgsLogisticRegression(new() { L1Regularization = 0, L2Regularization = 0.1f, NumberOfThreads = 1, MaximumNumberOfIterations = 100 });

    private static double Accuracy(MLContext context, IEstimator<ITransformer> estimator) =>
        context.BinaryClassification.Evaluate(estimator.Fit(Train).Transform(Test)).Accuracy;
}
