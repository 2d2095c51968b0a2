namespace TorchRf.LibTorch.Tests;

public class SgdTests
{
    private const double Rate = 0.1;
    private static readonly double[] Start = [1.0, -2.0, 0.5];
    private static readonly double[] Curvature = [1.0, 2.0, 3.0];

    // The loss is the sum of curvature w^2 / 2, whose gradient is curvature w.
    private static double[] Reference(int steps, double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        var w = (double[])Start.Clone();
        var velocity = new double[w.Length];
        for (int step = 0; step < steps; step++)
            for (int i = 0; i < w.Length; i++)
            {
                double g = (maximize ? -1 : 1) * Curvature[i] * w[i];
                g += decay * w[i];
                velocity[i] = step == 0 ? g : (momentum * velocity[i]) + ((1 - dampening) * g);
                double direction = momentum == 0 ? g : nesterov ? g + (momentum * velocity[i]) : velocity[i];
                w[i] -= Rate * direction;
            }
        return w;
    }

    private static double[] Trained(int steps, double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        using var parameter = new Parameter(torch.tensor(Start));
        using var curvature = torch.tensor(Curvature);
        using var optimizer = torch.optim.SGD([parameter], Rate, momentum, dampening, decay, nesterov, maximize);
        for (int step = 0; step < steps; step++)
        {
            using var scope = torch.NewDisposeScope();
            optimizer.zero_grad();
            (curvature * parameter.square() / 2).sum().backward();
            optimizer.step();
        }
        return parameter.Doubles();
    }

    [TestCase(0, 0, 0, false, false, TestName = "plain")]
    [TestCase(0.9, 0, 0, false, false, TestName = "momentum")]
    [TestCase(0.9, 0.5, 0, false, false, TestName = "momentum and dampening")]
    [TestCase(0.9, 0, 0, true, false, TestName = "nesterov")]
    [TestCase(0, 0, 0.01, false, false, TestName = "weight decay")]
    [TestCase(0.8, 0.3, 0.01, false, false, TestName = "momentum, dampening and weight decay")]
    [TestCase(0.8, 0, 0.01, true, false, TestName = "nesterov and weight decay")]
    [TestCase(0, 0, 0, false, true, TestName = "maximize")]
    [TestCase(0.9, 0, 0, false, true, TestName = "maximize with momentum")]
#if TORCH_SYSTEM
    [TestCase(0.9, 0, 0.01, false, true, TestName = "maximize with momentum and weight decay")]
#endif
    public void Steps_as_the_formula_says(double momentum, double dampening, double decay, bool nesterov, bool maximize) =>
        Assert.That(Trained(7, momentum, dampening, decay, nesterov, maximize),
            Is.EqualTo(Reference(7, momentum, dampening, decay, nesterov, maximize)).Within(1e-13));

    [Test]
    public void A_closure_is_called_with_gradients_on_and_its_loss_returned()
    {
        using var parameter = new Parameter(torch.tensor(Start));
        using var optimizer = torch.optim.SGD([parameter], Rate);
        using (torch.no_grad())
        {
            using var loss = optimizer.step(() =>
            {
                var value = parameter.square().sum();
                value.backward();
                return value;
            });
            Assert.That(loss!.item<double>(), Is.EqualTo(5.25));
        }
        Assert.That(parameter.Doubles(), Is.EqualTo(Start.Select(w => w * (1 - (2 * Rate)))).Within(1e-14));
    }

    [Test]
    public void A_parameter_without_a_gradient_stays()
    {
        using var used = new Parameter(torch.tensor(Start));
        using var unused = new Parameter(torch.tensor(Start));
        using var optimizer = torch.optim.SGD([used, unused], Rate, momentum: 0.9, weight_decay: 0.1);
        used.sum().backward();
        optimizer.step();
        Assert.That(unused.Doubles(), Is.EqualTo(Start));
        Assert.That(used.Doubles(), Is.Not.EqualTo(Start));
    }

    [Test]
    public void After_zero_grad_momentum_rolls_on()
    {
        using var parameter = new Parameter(torch.tensor(new[] { 1.0 }));
        using var optimizer = torch.optim.SGD([parameter], 1, momentum: 0.5);
        parameter.sum().backward();
        optimizer.step();
        optimizer.zero_grad();
        optimizer.step();
        Assert.That(parameter.Doubles(), Is.EqualTo(new[] { -0.5 }));
    }

    [Test]
    public void Steps_are_not_recorded_and_leave_nothing_in_the_scope()
    {
        using var parameter = new Parameter(torch.tensor(Start));
        using var optimizer = torch.optim.SGD([parameter], Rate, momentum: 0.9);
        parameter.square().sum().backward();
        using (torch.NewDisposeScope())
            optimizer.step();
        parameter.square().sum().backward();
        using (torch.NewDisposeScope())
            optimizer.step();
        Assert.That(parameter.requires_grad, Is.True);
        Assert.That(optimizer.parameters().Single(), Is.SameAs(parameter));
    }

    [Test]
    public void Momentum_can_be_changed_on_the_way()
    {
        using var parameter = new Parameter(torch.tensor(new[] { 1.0 }));
        using var optimizer = torch.optim.SGD([parameter], 1, momentum: 0.5);
        Assert.That(((torch.optim.IMomentum)optimizer).Momentum, Is.EqualTo(0.5));
    }

    [Test]
    public void Settings_that_make_no_sense_are_refused()
    {
        using var parameter = new Parameter(torch.tensor(Start));
        Assert.Multiple(() =>
        {
            Assert.That(() => torch.optim.SGD([parameter], -1), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => torch.optim.SGD([parameter], 1, momentum: -1), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => torch.optim.SGD([parameter], 1, weight_decay: -1), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => torch.optim.SGD([parameter], 1, nesterov: true), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => torch.optim.SGD([parameter], 1, 0.9, 0.1, nesterov: true), Throws.InstanceOf<ArgumentException>());
        });
    }
}
