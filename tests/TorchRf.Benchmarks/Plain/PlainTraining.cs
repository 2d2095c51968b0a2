namespace TorchRf.Benchmarks.Plain;

/// <summary>A step of gradient descent of ReLU neurons on a fresh batch, in plain TorchSharp: autograd and torch.optim.SGD.</summary>
internal static class PlainTraining
{
    private const int Sites = 40;
    private const double Rate = 0.05;
    private const double InitScale = 0.001;

    /// <summary>Steps of a training.</summary>
    /// <param name="law">nlgp, kur or ising.</param>
    /// <param name="inits">Initialisations side by side, which share their examples.</param>
    internal static Workload Prepare(string law, int inits, long batch)
    {
        using var scope = torch.NewDisposeScope();
        var root = new[] { PlainLaws.Root(Sites, 1), PlainLaws.Root(Sites, 3) };
        var bend = PlainLaws.Bend(law);
        Func<Tensor> draw = law == "ising"
            ? () => torch.cat([PlainLaws.Ising(batch / 2, Sites, 0.3), PlainLaws.Ising(batch / 2, Sites, 0.7)])
            : () => bend(torch.cat([.. root.Select(r => torch.randn(batch / 2, Sites).mm(r))]));
        var w = new Parameter(torch.randn(inits, Sites) * Math.Sqrt(2 * InitScale / (Sites + 1)));
        var y = torch.cat([torch.zeros(batch / 2), torch.ones(batch / 2)]).unsqueeze(1).expand(batch, inits);
        var optimizer = torch.optim.SGD([w], Rate);
        double loss = double.NaN;
        return new Workload(
            _ =>
            {
                using var step = torch.NewDisposeScope();
                optimizer.zero_grad();
                // Times the initialisations, so that each has the gradient of its own loss.
                var error = nn.functional.mse_loss(draw().mm(w.t()).relu(), y);
                (error * inits).backward();
                optimizer.step();
                loss = error.item<float>();
            },
            [optimizer, w.DetachFromDisposeScope(), y.DetachFromDisposeScope(), .. root])
        {
            Name = PeerSetting.Plain.Name,
            Check = () => [loss],
        };
    }
}
