namespace TorchRf.LibTorch.Tests;

public class AutogradTests
{
    private static Tensor Leaf(params double[] numbers) => torch.tensor(numbers, requires_grad: true);

    private static Tensor Gradient(Tensor of, Tensor by) => torch.autograd.grad([of], [by])[0];

    // Touches most of what a model uses.
    private static Tensor Composite(Tensor w)
    {
        using var scope = torch.NewDisposeScope();
        using var generator = new Generator(1);
        var x = torch.randn(new long[] { 5, 4 }, dtype: ScalarType.Float64, generator: generator);
        var u = x.matmul(w.reshape(2, 4).mT);
        var v = torch.cat([u.tanh(), u.square().sigmoid(), (u * 0.5).erf()], 1);
        var spectrum = torch.fft.rfft(v, dim: 0).abs().square();
        var y = (v.exp().mean([0]) - v[1.., ..].sum([0]).log1p().square() + (1 / (1 + v.square())).std()).sum();
        return (y + (spectrum.sum() * 0.01) + torch.linalg.norm(w) + w.relu().cumsum(0)[^1..].sum()).MoveToOuterDisposeScope();
    }

    [Test]
    public void The_gradient_of_a_composite_function_agrees_with_finite_differences()
    {
        double[] at = [0.3, -0.2, 0.5, 0.1, -0.4, 0.25, 0.15, 0.05];
        using var w = Leaf(at);
        using var y = Composite(w);
        var gradient = Gradient(y, w).Doubles();
        const double h = 1e-6;
        for (int i = 0; i < at.Length; i++)
        {
            double At(double shift) => Composite(torch.tensor(at.Select((x, j) => j == i ? x + shift : x).ToArray())).item<double>();
            Assert.That(gradient[i], Is.EqualTo((At(h) - At(-h)) / (2 * h)).Within(1e-6), $"coordinate {i}");
        }
    }

    // Plain descent at rate 1 subtracts the accumulated gradient, which is how it is read here.
    private static double[] Accumulated(Parameter parameter)
    {
        var before = parameter.Doubles();
        using var plain = torch.optim.SGD([parameter], 1);
        plain.step();
        return [.. before.Zip(parameter.Doubles(), (a, b) => a - b)];
    }

    [Test]
    public void Backward_accumulates()
    {
        using var parameter = new Parameter(torch.tensor(new[] { 1.0, 2.0 }));
        (3 * parameter).sum().backward();
        (4 * parameter).sum().backward();
        Assert.That(Accumulated(parameter), Is.EqualTo(new double[] { 7, 7 }).Within(1e-12));
    }

    [Test]
    public void Zero_grad_starts_the_sum_anew()
    {
        using var parameter = new Parameter(torch.tensor(new[] { 1.0, 2.0 }));
        using var optimizer = torch.optim.SGD([parameter], 1);
        (3 * parameter).sum().backward();
        optimizer.zero_grad();
        (4 * parameter).sum().backward();
        Assert.That(Accumulated(parameter), Is.EqualTo(new double[] { 4, 4 }).Within(1e-12));
    }

    [Test]
    public void A_gradient_can_be_weighted_and_taken_by_several_inputs()
    {
        using var a = Leaf(1, 2);
        using var b = Leaf(3, 4);
        using var product = a * b;
        using var weights = torch.tensor(new[] { 10.0, 100.0 });
        var gradients = torch.autograd.grad([product], [a, b], [weights]);
        Assert.Multiple(() =>
        {
            Assert.That(gradients[0].Doubles(), Is.EqualTo(new double[] { 30, 400 }));
            Assert.That(gradients[1].Doubles(), Is.EqualTo(new double[] { 10, 200 }));
        });
    }

    [Test]
    public void A_graph_is_kept_only_when_told()
    {
        using var a = Leaf(1, 2);
        using var y = a.square().sum();
        _ = torch.autograd.grad([y], [a], retain_graph: true);
        Assert.That(Gradient(y, a).Doubles(), Is.EqualTo(new double[] { 2, 4 }));
#if TORCH_SYSTEM
        Assert.That(() => torch.autograd.grad([y], [a]), Throws.Exception.With.Message.Contains("a second time"));
#endif
    }

    [Test]
    public void A_gradient_has_a_gradient()
    {
        using var a = Leaf(2, 3);
        using var y = a.pow(3).sum();
        var first = torch.autograd.grad([y], [a], retain_graph: true, create_graph: true)[0];
        using var second = Gradient(first.sum(), a);
        Assert.That(second.Doubles(), Is.EqualTo(new double[] { 12, 18 }));
    }

#if TORCH_SYSTEM
    [Test]
    public void An_input_without_influence_is_an_error_unless_allowed()
    {
        using var a = Leaf(1);
        using var b = Leaf(1);
        using var y = a.square().sum();
        Assert.That(() => torch.autograd.grad([y], [b], retain_graph: true), Throws.Exception.With.Message.Contains("have been used in the graph"));
    }
#endif

    [Test]
    public void Nothing_is_recorded_without_gradients()
    {
        using var a = Leaf(1, 2);
        using (torch.no_grad())
        {
            Assert.That(torch.is_grad_enabled(), Is.False);
            Assert.That((a * 2).requires_grad, Is.False);
        }
        Assert.That(torch.is_grad_enabled(), Is.True);
        Assert.That((a * 2).requires_grad, Is.True);
    }

    [Test]
    public void Recording_can_be_switched_within_itself()
    {
        using var a = Leaf(1);
        using (torch.no_grad())
        {
            using (torch.enable_grad())
            {
                Assert.That((a * 2).requires_grad, Is.True);
                using (torch.enable_grad(false))
                    Assert.That((a * 2).requires_grad, Is.False);
                Assert.That(torch.is_grad_enabled(), Is.True);
            }
            Assert.That(torch.is_grad_enabled(), Is.False);
        }
        Assert.That(torch.is_grad_enabled(), Is.True);
    }

    [Test]
    public void Recording_is_switched_for_one_thread()
    {
        bool elsewhere = false;
        using (torch.no_grad())
        {
            var thread = new Thread(() => elsewhere = torch.is_grad_enabled());
            thread.Start();
            thread.Join();
        }
        Assert.That(elsewhere, Is.True);
    }

    [Test]
    public void A_detached_tensor_is_a_constant()
    {
        using var a = Leaf(1, 2);
        using var constant = a.detach();
        using var y = (a * constant).sum();
        Assert.That(constant.requires_grad, Is.False);
        Assert.That(Gradient(y, a).Doubles(), Is.EqualTo(new double[] { 1, 2 }));
    }

    [Test]
    public void Requiring_gradients_is_settable_on_leaves()
    {
        using var a = torch.zeros(new long[] { 2 });
        Assert.That(a.requires_grad, Is.False);
        a.requires_grad = true;
        Assert.That(a.requires_grad, Is.True);
        Assert.That(a.requires_grad_(false).requires_grad, Is.False);
        using var whole = torch.zeros(new long[] { 2 }, dtype: ScalarType.Int64);
        Assert.That(() => whole.requires_grad_(true), Throws.Exception);
    }

    [Test]
    public void Gradients_pass_through_conversions_and_the_cpu()
    {
        using var a = Leaf(1, 2);
        using var y = a.to(ScalarType.Float32).cpu().square().sum();
        Assert.That(Gradient(y, a).Doubles(), Is.EqualTo(new double[] { 2, 4 }));
        using var still = a.cpu();
        Assert.That(Gradient(still.square().sum(), still).Doubles(), Is.EqualTo(new double[] { 2, 4 }));
    }

    [Test]
    public void Backward_needs_a_number()
    {
        using var a = Leaf(1, 2);
        Assert.That(() => (a * 2).backward(), Throws.Exception.With.Message.Contains("scalar outputs"));
    }

#if TORCH_SYSTEM
    [Test]
    public void The_gradient_is_kept_with_the_leaf()
    {
        using var a = Leaf(1, 2);
        Assert.That(a.grad, Is.Null);
        a.square().sum().backward();
        Assert.That(a.grad!.Doubles(), Is.EqualTo(new double[] { 2, 4 }));
        Assert.That(a.cpu().grad!.Doubles(), Is.EqualTo(new double[] { 2, 4 }));
        a.grad = torch.tensor(new[] { 5.0, 6.0 });
        Assert.That(a.grad!.Doubles(), Is.EqualTo(new double[] { 5, 6 }));
        a.grad = null;
        Assert.That(a.grad, Is.Null);
    }
#endif
}
