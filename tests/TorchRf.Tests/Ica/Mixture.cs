namespace TorchRf.Tests.Ica;

/// <summary>Independent sources of unit variance by inverse distribution functions, and a mixing matrix that is known.</summary>
internal sealed record Mixture(Tensor Examples, Tensor Mixing)
{
    internal static readonly string[] Laws = ["laplace", "uniform", "sign"];

    /// <summary>Sources (examples, laws.Length).</summary>
    internal static Tensor Sources(long examples, Generator generator, params string[] laws) => torch.stack(laws.Select(law =>
    {
        var p = torch.rand([examples], ScalarType.Float64, generator: generator);
        var centred = p - 0.5;
        return law switch
        {
            "laplace" => centred.sign() * -1 * (1 - (centred.abs() * 2)).clamp(min: 1e-15).log() * Math.Sqrt(0.5),
            "uniform" => centred * Math.Sqrt(12),
            "sign" => centred.ge(0).to(ScalarType.Float64) * 2 - 1,
            "normal" => torch.randn([examples], ScalarType.Float64, generator: generator),
            _ => throw new ArgumentOutOfRangeException(nameof(laws), law, "no law"),
        };
    }), 1);

    internal static Mixture Of(long examples, ulong seed, ScalarType dtype, params string[] laws)
    {
        using var generator = new Generator(seed);
        var s = Sources(examples, generator, laws);
        var a = torch.randn([laws.Length, laws.Length], ScalarType.Float64, generator: generator);
        return new Mixture((s.mm(a.mT) + 3).to(dtype), a);
    }
}
