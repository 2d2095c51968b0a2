// One ReLU neuron learns to tell two fields apart by their lengthscale, and comes to look at a small patch of them. The theory foretells it
// from the same initial weights.
using TorchRf.Data;
using TorchRf.Measures;
using TorchRf.Models;
using TorchRf.Theory;
using TorchRf.Training;
using TorchSharp;

using var scope = torch.NewDisposeScope();

var task = new ClassificationTask(
    new NonlinearGaussianProcess(sites: 40, lengthscale: 1, gain: 3),
    new NonlinearGaussianProcess(sites: 40, lengthscale: 3, gain: 3));
var settings = new TrainingSettings { Inits = 1, Steps = 1000, Batch = 2000, Lr = 0.05 };
var steps = SnapshotSchedule.OneTwoFive(settings.Steps);

using var generator = new torch.Generator(1);
using var neuron = new SingleNeuron(settings.Inits, task.Sites, generator, scale: settings.InitScale);
var initial = neuron.Weight.detach().clone();
using var trainer = new TaskTrainer<SingleNeuron>(neuron, task, settings, steps);

var run = trainer.Run();
var theory = new Euler(settings.Lr).Solve(GradientFlow.Of(task), initial, [.. steps.Select(step => step * settings.Lr)]).Weights;

// How few sites carry a receptive field: 1/40 for all of them alike, 1 for a single one.
var trained = InverseParticipationRatio.Of(run.Weights);    // (snapshots, inits, units)
var foretold = InverseParticipationRatio.Of(theory);

Console.WriteLine("step    loss   IPR trained   IPR by theory");
for (int i = 0; i < steps.Count; i++)
    Console.WriteLine($"{steps[i],4}   {run.Metrics[i].Loss:0.000}   {trained[i].item<float>(),11:0.000}   {foretold[i].item<double>(),13:0.000}");
Console.WriteLine($"Above {InverseParticipationRatio.LocalizedAbove(task.Sites):0.000} a receptive field counts as localized.");
run.Weights.Dispose();
