// TorchRf's data in ML.NET, and ML.NET's in TorchRf. Both classes of a task are symmetric, x as likely as -x, so that no linear classifier can tell
// them apart; one behind random Fourier features can.
using Microsoft.ML;
using Microsoft.ML.Transforms;
using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.ML;
using TorchSharp;

using var scope = torch.NewDisposeScope();

var task = new ClassificationTask(
    new NonlinearGaussianProcess(sites: 40, lengthscale: 1, gain: 3),
    new NonlinearGaussianProcess(sites: 40, lengthscale: 3, gain: 3));
var train = ExampleDataView.Of(task, rows: 10_000, seed: 1);    // drawn while they are read
var test = ExampleDataView.Of(task, rows: 10_000, seed: 2);

var ml = new MLContext(seed: 1);
var logistic = ml.BinaryClassification.Trainers.LbfgsLogisticRegression(l1Regularization: 0, l2Regularization: 0.1f);
var kernel = ml.Transforms.ApproximatedKernelMap("Features", rank: 400, generator: new GaussianKernel(gamma: 0.5f)).AppendCacheCheckpoint(ml);
Console.WriteLine($"Linear classifier: {Accuracy(logistic):0.000}");
Console.WriteLine($"With a Gaussian kernel: {Accuracy(kernel.Append(logistic)):0.000}");

// Any column of vectors of floats is a data model, to train on or to measure.
var ones = ml.Data.FilterByCustomPredicate<Labelled>(test, row => !row.Label);
var model = DataViewExamples.Model(ones, "examples of class 1");
var kurtosis = KurtosisEstimate.Of(model.Examples());
Console.WriteLine($"Excess kurtosis of class 1: {kurtosis.ExcessKurtosis:0.00} ± {kurtosis.StandardError:0.00}; its law's: {task.Classes[1].Marginal.ExcessKurtosis:0.00}");

double Accuracy(IEstimator<ITransformer> estimator) => ml.BinaryClassification.Evaluate(estimator.Fit(train).Transform(test)).Accuracy;

sealed class Labelled
{
    public bool Label { get; set; }
}
