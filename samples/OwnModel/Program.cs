// A model, batches and an objective of one's own, trained with Adam and a schedule, stopped, and resumed to the same bits.
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

var task = new ClassificationTask(new NonlinearGaussianProcess(40, lengthscale: 1, gain: 100), new NonlinearGaussianProcess(40, lengthscale: 3, gain: 100));

using var model = new TwoLayers();
using var trainer = Make(model);
trainer.Run(300, t => Console.Write(t.Step % 100 == 0 ? $"step {t.Step}: loss {Loss(model):F3}\n" : ""));

using var scope = NewDisposeScope();
Checkpoint checkpoint = trainer.Capture();
trainer.Run(400);

using var again = new TwoLayers();
using var resumed = Make(again);
resumed.Restore(checkpoint);
resumed.Run(400);
Console.WriteLine($"step 400: loss {Loss(model):F3}, resumed {Loss(again):F3}");

Trainer Make(TwoLayers network) => new(network, new Batches(task), new Halves(), p => Adam(p, 0.01), seed: 1, o => lr_scheduler.StepLR(o, 100, 0.5));

double Loss(TwoLayers network)
{
    using var inner = NewDisposeScope();
    using var generator = new Generator(2);
    var (x, y) = task.Draw(10_000, generator);
    return new Halves().Losses(network, x, y).item<float>();
}

internal sealed class TwoLayers : nn.Module<Tensor, Tensor>
{
    private readonly Linear first = nn.Linear(40, 20), second = nn.Linear(20, 1);

    public TwoLayers() : base(nameof(TwoLayers)) => RegisterComponents();

    public override Tensor forward(Tensor x) => second.call(first.call(x).relu()).squeeze(-1);
}

internal sealed class Batches(ClassificationTask task) : IBatches
{
    public (Tensor X, Tensor Y) Next(Generator generator) => task.Draw(500, generator);
}

internal sealed class Halves : IObjective
{
    public Tensor Losses(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y) => nn.functional.binary_cross_entropy_with_logits(model.call(x), y);
}
