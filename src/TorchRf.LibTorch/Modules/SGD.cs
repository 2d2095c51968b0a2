namespace TorchRf.LibTorch.Modules;

/// <summary>
/// Stochastic gradient descent: g = gradient + weight_decay w; v = momentum v + (1 - dampening) g; w -= lr v
/// (with nesterov, lr (g + momentum v)). The first v is g.
/// </summary>
public class SGD : OptimizerHelper, torch.optim.IMomentum
{
    private readonly Dictionary<Parameter, torch.Tensor> velocity = new(ReferenceEqualityComparer.Instance);
    private readonly double lr, dampening, weightDecay;
    private readonly bool nesterov, maximize;

    public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0,
        double weight_decay = 0, bool nesterov = false, bool maximize = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lr);
        ArgumentOutOfRangeException.ThrowIfNegative(momentum);
        ArgumentOutOfRangeException.ThrowIfNegative(weight_decay);
        if (nesterov && (momentum == 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening.");
        Trained.AddRange(parameters);
        (this.lr, Momentum, this.dampening, weightDecay, this.nesterov, this.maximize) = (lr, momentum, dampening, weight_decay, nesterov, maximize);
    }

    public double Momentum { get; set; }

    public override torch.Tensor? step(Func<torch.Tensor>? closure = null)
    {
        torch.Tensor? loss = null;
        if (closure is not null)
            using (torch.enable_grad())
                loss = closure();
        using var noGrad = torch.no_grad();
        foreach (var parameter in Trained)
            Step(parameter);
        return loss;
    }

    private void Step(Parameter parameter)
    {
        using var scope = torch.NewDisposeScope();
        if (parameter.grad is not torch.Tensor gradient)
            return;
        if (maximize)
            gradient = -gradient;
        if (weightDecay != 0)
            gradient += parameter * weightDecay;
        if (Momentum != 0)
        {
            if (velocity.TryGetValue(parameter, out var v))
                v.mul_(Momentum).add_(gradient, 1 - dampening);
            else
                velocity[parameter] = v = gradient.clone().DetachFromDisposeScope();
            gradient = nesterov ? gradient + (v * Momentum) : v;
        }
        parameter.add_(gradient, -lr);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var v in velocity.Values)
                v.Dispose();
        velocity.Clear();
        base.Dispose(disposing);
    }
}
