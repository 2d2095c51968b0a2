using TorchRf.Data;

namespace TorchRf.Tests.Data;

public sealed class FileExamplesTests : TensorScope
{
    private static readonly Preparation Together = new(RemoveMean.Class, Standardize.All);

    private static Tensor Some(ScalarType dtype = ScalarType.Float64)
    {
        using var generator = new Generator(1);
        return ((torch.randn(50, 6, ScalarType.Float64, generator: generator).pow(3) * 7) + 100).to(dtype);
    }

    [Test]
    public void Examples_are_centred_site_by_site_scaled_together_and_drawn_with_either_sign([Values(ScalarType.Float32, ScalarType.Float64)] ScalarType dtype)
    {
        var values = Some();
        var centred = values - values.mean([0], keepdim: true);
        var expected = centred / centred.square().mean().sqrt();
        var rows = Values(expected).Chunk(6).Concat(Values(-expected).Chunk(6));
        StandardErrors.CheckEquallyOften(new FileExamples(values, "some", how: Together), rows, dtype);
    }

    [Test]
    public void Statistics_are_those_of_the_examples()
    {
        var values = Some();
        var model = new FileExamples(values, "some", how: Together);
        var centred = values - values.mean([0], keepdim: true);
        var x = centred / centred.square().mean().sqrt();
        var second = x.mT.matmul(x) / 50.0;
        Assert.That(model.Sites, Is.EqualTo(6));
        Assert.That(Values(model.Covariance.Times(torch.eye(6, dtype: ScalarType.Float64))), Is.EqualTo(Values(second)).Within(1e-12));
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(x.pow(4).mean().item<double>() - 3).Within(1e-11));
    }

    [Test]
    public void Any_number_type_will_do([Values(ScalarType.Float32, ScalarType.Int64, ScalarType.Byte)] ScalarType dtype)
    {
        using var generator = new Generator(2);
        var values = torch.randint(200, [20, 4], dtype, generator: generator);
        var x = new FileExamples(values, "some").Sample(5, generator);
        Assert.That(x.isfinite().all().item<bool>(), Is.True);
    }

    [Test]
    public void Values_that_are_no_examples_are_refused()
    {
        static void Refused(Tensor values, string because) =>
            Assert.That(() => new FileExamples(values, "x.npy"),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains("x.npy").And.Message.Contains(because));
        Refused(torch.zeros(8), "(8)");
        Refused(torch.zeros(1, 8), "(1, 8)");
        Refused(torch.zeros(8, 1), "(8, 1)");
        Refused(torch.ones(8, 8), "vary");
        Refused(torch.full([8, 8], double.NaN), "finite");
        Refused(torch.full([8, 8], double.PositiveInfinity), "finite");
    }

    [Test]
    public void More_sites_than_a_covariance_is_kept_of_are_refused() =>
        Assert.That(() => new FileExamples(torch.zeros(2, 10_001), "wide"), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("wide: its examples have 10001 sites; at most 10000"));
}
