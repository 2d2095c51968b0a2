namespace TorchRf.LibTorch.Tests;

public class MatrixFunctionTests
{
    // exp of t (0 -1; 1 0) is the rotation by t.
    [TestCase(0.0)]
    [TestCase(0.3)]
    [TestCase(4.0)]
    public void The_exponential_of_an_antisymmetric_matrix_is_a_rotation(double t)
    {
        using var a = torch.tensor(new[] { 0, -t, t, 0 }).reshape(2, 2);
        using var rotation = torch.linalg.matrix_exp(a);
        Assert.That(rotation.Doubles(), Is.EqualTo(new[] { Math.Cos(t), -Math.Sin(t), Math.Sin(t), Math.Cos(t) }).Within(1e-14));
    }

    [Test]
    public void The_exponential_has_a_gradient_at_zero()
    {
        using var a = torch.zeros([2, 2], ScalarType.Float64).requires_grad_(true);
        using var weight = torch.tensor(new double[] { 1, 2, 3, 4 }).reshape(2, 2);
        using var gradient = torch.autograd.grad([(torch.linalg.matrix_exp(a) * weight).sum()], [a])[0];
        Assert.That(gradient.Doubles(), Is.EqualTo(new double[] { 1, 2, 3, 4 }).Within(1e-14));
    }

    [Test]
    public void Nonlinearities_work_in_place()
    {
        using var x = torch.tensor(new[] { -1.5, 0, 0.5 });
        using var y = x.clone();
        using (x.tanh_())
        using (y.exp_())
        {
            Assert.That(x.Doubles(), Is.EqualTo(new[] { Math.Tanh(-1.5), 0, Math.Tanh(0.5) }).Within(1e-15));
            Assert.That(y.Doubles(), Is.EqualTo(new[] { Math.Exp(-1.5), 1, Math.Exp(0.5) }).Within(1e-15));
        }
    }
}
