using TorchRf.Data;

namespace TorchRf.Tests.Data;

/// <summary>Pulses against every example that there is, each equally likely.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class PulseTests : TensorScope
{
    private static IEnumerable<TestCaseData> Models()
    {
        static TestCaseData Case(string name, Func<IDataModel> model, int[] lengths, int every) =>
            new TestCaseData(model, lengths, every).SetArgDisplayNames(name);
        yield return Case("single 1 of 7", () => new SinglePulse(7, 1, 1), [1], 1);
        yield return Case("single 3 of 8", () => new SinglePulse(8, 3, 3), [3], 1);
        yield return Case("single 2 to 5 of 6", () => new SinglePulse(6, 2, 5), [2, 3, 4, 5], 1);
        yield return Case("single 6 of 7", () => new SinglePulse(7, 6, 6), [6], 1);
        yield return Case("block 1 of 5", () => new BlockPulse(5, 1), [1], 1);
        yield return Case("block 3 of 12", () => new BlockPulse(12, 3), [3], 3);
        yield return Case("single 1 to 3 of 4x4", () => new SinglePulse(Lattice.Torus(4), 1, 3), [1, 2, 3], 1);
        yield return Case("block 2 of 6x6", () => new BlockPulse(Lattice.Torus(6), 2), [2], 2);
    }

    // Shape (M, N): one row an example.
    private static double[][] Every(Lattice lattice, int[] lengths, int every)
    {
        int side = lattice.Side;
        var starts = Enumerable.Range(0, side / every).Select(i => i * every).ToArray();
        bool Covers(int start, int length, int site) => ((site - start + side) % side) < length;
        var rows = (from length in lengths
                    from top in lattice.Dimensions == 2 ? starts : [0]
                    from left in starts
                    from sign in (double[])[-1, 1]
                    select (from i in Enumerable.Range(0, lattice.Sites)
                            select (lattice.Dimensions == 1 || Covers(top, length, i / side)) && Covers(left, length, i % side) ? sign : 0).ToArray()).ToArray();
        double scale = 1 / Math.Sqrt(rows.Average(r => r[0] * r[0]));
        return Array.ConvertAll(rows, r => Array.ConvertAll(r, v => v * scale));
    }

    [TestCaseSource(nameof(Models))]
    public void Covariance_and_marginal_are_those_of_all_examples(Func<IDataModel> make, int[] lengths, int every)
    {
        var model = make();
        var rows = Every(model.Lattice, lengths, every);
        var covariance = model.Covariance.Times(torch.eye(model.Sites, dtype: ScalarType.Float64));
        for (int i = 0; i < model.Sites; i++)
        {
            Assert.That(rows.Average(r => r[i]), Is.EqualTo(0).Within(1e-12));
            for (int j = 0; j < model.Sites; j++)
                Assert.That(covariance[i, j].item<double>(), Is.EqualTo(rows.Average(r => r[i] * r[j])).Within(1e-12), $"{i}, {j}");
            foreach (var (x, probability) in model.Marginal.Atoms)
                Assert.That(rows.Count(r => Math.Abs(r[i] - x) < 1e-9) / (double)rows.Length, Is.EqualTo(probability).Within(1e-12), $"{x}");
        }
        Assert.That(model.Marginal.ExcessKurtosis, Is.EqualTo(rows.Average(r => Math.Pow(r[0], 4)) - 3).Within(1e-10));
        Assert.That(Values(model.Covariance.FirstRow), Is.EqualTo(Values(covariance[0])).Within(1e-12));
    }

    [TestCaseSource(nameof(Models))]
    public void Every_example_is_drawn_equally_often(Func<IDataModel> make, int[] lengths, int every) =>
        StandardErrors.CheckEquallyOften(make(), Every(make().Lattice, lengths, every), ScalarType.Float32);

    // Length by length it would take minutes.
    [Test]
    public void Pulses_of_very_many_lengths_have_a_covariance_at_once()
    {
        const int n = 500_000;
        var row = Values(new SinglePulse(n, 1, n - 1).Covariance.FirstRow);
        Assert.That(row[0], Is.EqualTo(1).Within(1e-12));
        // Over all lengths, pulses that reach both of two opposite sites: sum of 2 (l - n/2) over l from n/2 on, of the sum of l.
        Assert.That(row[n / 2], Is.EqualTo(0.5).Within(1e-5));
        Assert.That(row[1], Is.EqualTo(row[n - 1]).Within(1e-12));
    }
}
