using TorchRf.Measures;

namespace TorchRf.Tests.Measures;

/// <summary>What is seen of masks alone: where surviving inputs lie, how many there are, and what chance has of both.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class MaskTests : TensorScope
{
    private static Tensor Random(double density, int units, int sites, Generator generator) => torch.rand(units, sites, generator: generator).lt(density);

    // Units that see the pixels around a place of their own, with probability exp(-d^2 / (2 width^2)) times the most.
    private static Tensor Local(int units, int side, double width, double most, Generator generator)
    {
        var (place, axis) = (torch.rand(units, 2, ScalarType.Float64, generator: generator) * side, torch.arange(0, side, ScalarType.Float64));
        Tensor Near(int along) => (-(axis - place.narrow(1, along, 1)).square() / (2 * width * width)).exp();
        var probability = (Near(0).unsqueeze(2) * Near(1).unsqueeze(1)).flatten(1) * most;
        return torch.rand(units, side * side, ScalarType.Float64, generator: generator).lt(probability);
    }

    [Test]
    public void Displacements_are_those_of_all_pairs([Values] bool around)
    {
        using var generator = new Generator(1);
        var grid = new PixelGrid(3, 4, 5, around);
        var mask = Random(0.3, 6, grid.Sites, generator);
        var map = DisplacementMap.Of(mask, grid);
        var (rows, columns) = around ? (4, 5) : (7, 9);
        var (same, other) = (new double[rows * columns], new double[rows * columns]);
        int Wrapped(int d, int side) => around ? ((d + side + (side / 2)) % side) - (side / 2) : d;
        bool[] there = mask.ToArray<bool>();
        for (int unit = 0; unit < 6; unit++)
            for (int i = 0; i < 60; i++)
                for (int j = 0; j < 60; j++)
                    if (i != j && there[(unit * 60) + i] && there[(unit * 60) + j])
                    {
                        var (dy, dx) = (Wrapped((j / 5 % 4) - (i / 5 % 4), 4), Wrapped((j % 5) - (i % 5), 5));
                        (i / 20 == j / 20 ? same : other)[((dy + (rows / 2)) * columns) + dx + (columns / 2)] += around ? 1 / 20.0 : 1.0 / ((4 - Math.Abs(dy)) * (5 - Math.Abs(dx)));
                    }
        Assert.That(Values(map.Same), Is.EqualTo(same).Within(1e-12));
        Assert.That(Values(map.Other), Is.EqualTo(other).Within(1e-12));
        Assert.That(() => DisplacementMap.Of(mask, new PixelGrid(1, 4, 5)), Throws.ArgumentException.With.Message.Contains("(units, 20), not (6, 60)"));
    }

    // All 0/1 matrices of 4 x 4 with two ones in the first rows and columns and one in the last: each as often, from one of them. Kolmogorov's bound is chi-square's here: 99.9 % of its law.
    [Test]
    public void Masks_of_the_same_degrees_come_equally_often()
    {
        int[] rows = [2, 2, 1, 1], columns = [2, 2, 1, 1];
        static int Bit(int matrix, int r, int c) => matrix >> ((4 * r) + c) & 1;
        int[] all = [.. Enumerable.Range(0, 1 << 16).Where(m => Enumerable.Range(0, 4).All(i => Enumerable.Range(0, 4).Sum(j => Bit(m, i, j)) == rows[i] && Enumerable.Range(0, 4).Sum(j => Bit(m, j, i)) == columns[i]))];
        using var start = torch.tensor([.. Enumerable.Range(0, 16).Select(i => (all[7] >> i & 1) == 1)]).view(4, 4);
        var counts = all.ToDictionary(m => m, _ => 0);
        const int Draws = 6000;
        foreach (var mask in DegreeKeepingMasks.Draw(start, Draws, seed: 5, rounds: 12))
            using (mask)
                counts[mask.ToArray<bool>().Index().Sum(b => b.Item ? 1 << b.Index : 0)]++;
        double expected = (double)Draws / all.Length, square = counts.Values.Sum(n => (n - expected) * (n - expected) / expected);
        double freedom = all.Length - 1;
        Assert.That(square, Is.LessThan(freedom + (3.1 * Math.Sqrt(2 * freedom)) + 4));
    }

    // By ten rounds to the middle and ten from it, half of what is usual, what a mask shares with the one it came from is what two masks of the null share; local fields' is far more.
    [Test]
    public void Trades_forget_the_mask_they_began_with_and_keep_its_degrees()
    {
        using var generator = new Generator(6);
        var mask = Local(40, 16, 2, 0.9, generator);
        double Shared(Tensor a, Tensor b) => a.logical_and(b).sum().item<long>() / (double)mask.sum().item<long>();
        Tensor[] Drawn(int rounds) => [.. DegreeKeepingMasks.Draw(mask, 30, 7, rounds)];
        var (soon, late) = (Drawn(10), Drawn(60));
        var between = Statistic.Of([.. late.Zip(late.Skip(1), Shared)]);
        Assert.That(soon.Average(m => Shared(m, mask)), Is.EqualTo(between.Mean).Within(5 * between.Spread / Math.Sqrt(30)));
        Assert.That(late.Average(m => Shared(m, mask)), Is.EqualTo(between.Mean).Within(5 * between.Spread / Math.Sqrt(30)));
        Assert.That(Drawn(1).Average(m => Shared(m, mask)), Is.GreaterThan(between.Mean));
        foreach (var some in late)
            Assert.That((Values(some.sum([0]).@double()), Values(some.sum([1]).@double())), Is.EqualTo((Values(mask.sum([0]).@double()), Values(mask.sum([1]).@double()))));
        Assert.That(late[0].ToArray<bool>(), Is.EqualTo(DegreeKeepingMasks.Draw(mask, 1, 7, 60).Single().ToArray<bool>()));
    }

    // Pixels in the middle are connected to more units than those at the border: near pairs are more than of uniform places, in masks without any locality.
    [Test]
    public void Crowded_middles_are_no_locality_and_local_fields_are()
    {
        using var generator = new Generator(8);
        var grid = new PixelGrid(1, 16, 16);
        var edge = (torch.arange(0, 16, ScalarType.Float64) - 7.5).square();
        var crowded = torch.rand(100, 256, ScalarType.Float64, generator: generator).lt(((-(edge.unsqueeze(1) + edge) / 50).exp() * 0.3).flatten());
        var chance = MaskLocality.Of(crowded, grid, seed: 9);
        Assert.That(chance.NearOverFar, Is.GreaterThan(1.5));
        Assert.That(chance.Ratio, Is.EqualTo(1).Within(3 * chance.ChanceStd / chance.ByChance));
        Assert.That(chance.P, Is.InRange(0.03, 0.97));

        var local = MaskLocality.Of(Local(100, 16, 4, 0.5, generator), grid, seed: 9);
        Assert.That((local.Ratio, local.P, local.Count), Is.EqualTo((local.NearOverFar / local.ByChance, 1 / 41.0, 40)));
        Assert.That(local.Ratio, Is.GreaterThan(1.5));
        Assert.That(MaskLocality.Of(torch.zeros(4, 256, ScalarType.Bool), grid, 1, 2).P, Is.NaN);

        // On a small torus nothing is both near and far: of sixteen places 12 are near, and 3 beyond.
        var small = DisplacementMap.Of(torch.ones(1, 16, ScalarType.Bool), new PixelGrid(1, 4, 4, GoesAround: true));
        Assert.That(small.NearOverFar, Is.EqualTo(1));
        Assert.That(DisplacementMap.Of(torch.ones(1, 9, ScalarType.Bool), new PixelGrid(1, 3, 3, GoesAround: true)).NearOverFar, Is.NaN);

        // In two planes at the same places: what is near in one is near in the other.
        var one = Local(60, 12, 2, 0.6, generator);
        var planes = MaskLocality.Of(torch.cat([one, Local(60, 12, 2, 0.6, generator)], 1), new PixelGrid(2, 12, 12), 9);
        var twice = MaskLocality.Of(torch.cat([one, one], 1), new PixelGrid(2, 12, 12), 9);
        Assert.That((planes.P, twice.OtherChannels!.P), Is.EqualTo((1 / 41.0, 1 / 41.0)));
        Assert.That(planes.OtherChannels!.Ratio, Is.InRange(0.5, 1.5), "planes of their own places");
        Assert.That(twice.OtherChannels.Ratio, Is.GreaterThan(1.5));
        Assert.That(local.OtherChannels, Is.Null);

        // Thirds of units by their inputs: as many pairs in all, and those with the most inputs have the most.
        var thirds = DisplacementMap.ByInDegree(crowded, grid);
        var (pairs, places) = (thirds.Select(m => m.Same.sum().item<double>()).ToArray(), DisplacementMap.Of(crowded, grid).Same.sum().item<double>());
        Assert.That(pairs.Sum(), Is.EqualTo(places).Within(1e-9));
        Assert.That(pairs, Is.Ordered);
        Assert.That(Values(grid.Connections(crowded).@double()), Is.EqualTo(Values(crowded.sum([0]).@double())));
    }

    [Test]
    public void In_degrees_of_a_random_mask_are_binomial_and_those_of_others_are_not()
    {
        using var generator = new Generator(10);
        var degrees = InDegrees.Of(Random(0.05, 500, 300, generator));
        Assert.That(degrees.StdRatio, Is.EqualTo(1).Within(4 / Math.Sqrt(2 * 500)));
        Assert.That(degrees.P, Is.GreaterThan(0.01));
        Assert.That(degrees.Expected().Sum(), Is.EqualTo(500).Within(1e-9));
        Assert.That(degrees.Expected()[2], Is.EqualTo(500 * 300 * 299 / 2 * Math.Pow(degrees.Density, 2) * Math.Pow(1 - degrees.Density, 298)).Within(1e-9));
        Assert.That((degrees.Histogram().Sum(), degrees.Histogram().Index().Sum(n => n.Index * n.Item)), Is.EqualTo((500, degrees.Units.Sum())));
        // Half the units have all connections: twice the mean and none, (d - m)^2 = m^2 = (N / 4)^2 of N (1/4) (3/4).
        var split = InDegrees.Of(torch.cat([torch.zeros(10, 8, ScalarType.Bool), torch.ones(10, 4, ScalarType.Bool).expand(10, 4).repeat(1, 2).logical_and(torch.arange(0, 8).lt(4))]));
        Assert.That(split.StdRatio, Is.EqualTo(Math.Sqrt(20 / 19.0 * 4 / 1.5)).Within(1e-12));
        Assert.That((split.Connected, split.Density), Is.EqualTo((10, 0.25)));
        // scipy.stats.chi2.sf(20 * 4 / 1.5, 19) * 2
        Assert.That(split.P, Is.EqualTo(8.336942092e-5).Within(1e-13));
        Assert.That(InDegrees.Of(torch.ones(3, 4, ScalarType.Bool)).P, Is.NaN);
    }

    [Test]
    public void Deeper_units_see_what_their_masks_let_through_and_units_are_chosen_to_be_silenced()
    {
        Tensor Mask(string rows) => torch.tensor([.. rows.Where(c => c != ' ').Select(c => c == '1')], [rows.Split(' ').Length, rows.IndexOf(' ', StringComparison.Ordinal)]);
        var below = Mask("1100 0110 0000");
        var fields = EffectiveFields.Of(below, Mask("110 001"));
        Assert.That(Values(fields.Paths), Is.EqualTo(new double[] { 1, 2, 1, 0, 0, 0, 0, 0 }));
        Assert.That((fields.Reached, fields.Effective), Is.EqualTo(((double[])[3, 0], (double[])[16 / 6.0, 0])));

        var mask = Mask("1111 0000 1000 1100 1100 1110");
        var units = AblatedUnits.Of(mask, 2, seed: 3);
        Assert.That((units.Most, units.Least), Is.EqualTo((new[] { 0, 5 }, new[] { 2, 3 })));
        Assert.That(units.Random, Is.Unique.And.Not.Contains(1).And.EqualTo(AblatedUnits.Of(mask, 2, seed: 3).Random));
        Assert.That(AblatedUnits.Of(mask, 9, seed: 3).Random, Is.EquivalentTo(new[] { 0, 2, 3, 4, 5 }));
    }
}
