namespace TorchRf.Measures;

/// <summary>How the inputs of a layer are arranged: planes of colour one after another, each of height x width pixels row by row.</summary>
/// <param name="Channels">Planes, at least 1.</param>
/// <param name="Height">Pixels from top to bottom; 1 for a line or a ring.</param>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="GoesAround">Whether opposite edges are neighbours, as on a torus.</param>
public sealed record PixelGrid(int Channels, int Height, int Width, bool GoesAround = false)
{
    /// <summary>N, the inputs in all.</summary>
    public int Sites => Channels * Height * Width;

    /// <summary>How many units each pixel is connected to (its out-degree), shape (channels, height, width).</summary>
    /// <param name="mask">Shape (K, N), Bool.</param>
    public Tensor Connections(Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        return mask.sum([0]).view(Channels, Height, Width).MoveToOuterDisposeScope();
    }

    // Along each axis the displacements there are; 0 is in the middle.
    internal (int[] Down, int[] Across) Displacements => (Axis(Height), Axis(Width));

    /// <summary>How many pairs of places are so far apart, and how far that is: shapes of the maps, Float64.</summary>
    internal (Tensor Pairs, Tensor Distance) Everywhere()
    {
        using var scope = torch.NewDisposeScope();
        var (down, across) = Displacements;
        Tensor Of(Func<int, int, double> value) => torch.tensor([.. down.SelectMany(dy => across.Select(dx => value(dy, dx)))], [down.Length, across.Length]);
        var pairs = Of((dy, dx) => GoesAround ? (double)Height * Width : ((double)Height - Math.Abs(dy)) * (Width - Math.Abs(dx)));
        return (pairs.MoveToOuterDisposeScope(), Of((dy, dx) => Math.Sqrt(((double)dy * dy) + ((double)dx * dx))).MoveToOuterDisposeScope());
    }

    private int[] Axis(int side) => GoesAround ? [.. Enumerable.Range(-(side / 2), side)] : [.. Enumerable.Range(1 - side, (2 * side) - 1)];
}

/// <summary>
/// How far apart the surviving inputs of a unit lie (Pellegrini and Biroli, ICML 2022): S(d), over all units and all pairs of their surviving inputs, how many lie at the displacement d,
/// over how many places do. Local fields have a peak at 0.
/// </summary>
/// <param name="Grid">How inputs are arranged.</param>
/// <param name="Same">S of pairs in the same channel, by displacement down and across, shape (2 H - 1, 2 W - 1), or (H, W) on a torus; d = 0 is in the middle, where an input would meet itself only: 0.</param>
/// <param name="Other">S of pairs in different channels, of the same shape; all 0 where there is one channel.</param>
/// <param name="NearOverFar">S(near) / S(far) in the same channel: near are displacements of at most 2 pixels, far those beyond half the largest and beyond 2, and S is all pairs over all places there. Not a number without pairs, or where nothing is far.</param>
/// <param name="OtherNearOverFar">The same in different channels, where d = 0 is near.</param>
public sealed record DisplacementMap(PixelGrid Grid, Tensor Same, Tensor Other, double NearOverFar, double OtherNearOverFar)
{
    // Pixels of padded pictures that are transformed together.
    private const long Piece = 1 << 20;

    private const double Near = 2;

    /// <param name="mask">Shape (K, N), Bool.</param>
    /// <param name="grid">How the N inputs are arranged.</param>
    /// <exception cref="ArgumentException">The grid has another number of inputs.</exception>
    public static DisplacementMap Of(Tensor mask, PixelGrid grid)
    {
        if (mask.dim() != 2 || mask.shape[1] != grid.Sites)
            throw new ArgumentException($"{grid.Channels} x {grid.Height} x {grid.Width} inputs make masks of shape (units, {grid.Sites}), not ({string.Join(", ", mask.shape)}).", nameof(mask));
        using var scope = torch.NewDisposeScope();
        var (same, all) = Pairs(mask, grid);
        var (places, distance) = grid.Everywhere();
        var other = all - same;
        // Each input is its own neighbour.
        same = same.masked_fill(distance.eq(0), 0.0);
        double largest = distance.max().item<double>();
        var (near, far) = (distance.le(Near), distance.gt(Math.Max(largest / 2, Near)));
        double Ratio(Tensor pairs, Tensor close) => Over(pairs, places, close) / Over(pairs, places, far);
        return new DisplacementMap(grid, (same / places).MoveToOuterDisposeScope(), (other / places).MoveToOuterDisposeScope(), Ratio(same, near.logical_and(distance.gt(0))), Ratio(other, near));
    }

    /// <summary>Of the third of the connected units that have the fewest inputs, of the middle third and of that with the most.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static IReadOnlyList<DisplacementMap> ByInDegree(Tensor mask, PixelGrid grid)
    {
        using var scope = torch.NewDisposeScope();
        int[] order = [.. InDegrees.Of(mask).Units.Index().Where(u => u.Item > 0).OrderBy(u => u.Item).Select(u => u.Index)];
        return
        [
            .. Enumerable.Range(0, 3).Select(third =>
            {
                using var inner = torch.NewDisposeScope();
                long[] units = [.. order[(order.Length * third / 3)..(order.Length * (third + 1) / 3)].Select(u => (long)u)];
                var map = Of(mask.index_select(0, torch.tensor(units, device: mask.device)), grid);
                map.Same.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                map.Other.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
                return map;
            }),
        ];
    }

    private static double Over(Tensor pairs, Tensor places, Tensor where) => pairs[where].sum().item<double>() / places[where].sum().item<double>();

    // Ordered pairs, by displacement, in the same channel and in any: the autocorrelations of the masks and of their sums over channels.
    private static (Tensor Same, Tensor All) Pairs(Tensor mask, PixelGrid grid)
    {
        using var scope = torch.NewDisposeScope();
        long[] padded = grid.GoesAround ? [grid.Height, grid.Width] : [2 * grid.Height, 2 * grid.Width];
        Tensor? same = null, all = null;
        foreach (var some in mask.split(Math.Max(1, Piece / (grid.Channels * padded[0] * padded[1]))))
        {
            using var inner = torch.NewDisposeScope();
            var waves = torch.fft.rfft2(some.reshape(-1, grid.Channels, grid.Height, grid.Width).to(ScalarType.Float64), s: padded);
            same = Added(same, Power(waves).sum([0, 1]));
            all = Added(all, Power(waves.sum([1])).sum([0]));
        }
        var (down, across) = grid.Displacements;
        // Numbers of pairs are whole.
        Tensor Back(Tensor power) => torch.fft.irfft2(power.to(ScalarType.ComplexFloat64), s: padded).round().roll([-down[0], -across[0]], [0, 1])
            .narrow(0, 0, down.Length).narrow(1, 0, across.Length).to(torch.CPU).contiguous().MoveToOuterDisposeScope();
        return (Back(same!), Back(all!));
    }

    private static Tensor Power(Tensor waves) => waves.real.square() + waves.imag.square();

    private static Tensor Added(Tensor? sum, Tensor term) => sum?.add_(term) ?? term.MoveToOuterDisposeScope();
}

/// <summary>Whether the surviving inputs of units lie closer together than chance has them in masks with the same number of inputs of each unit and the same number of connections of each pixel.</summary>
/// <param name="NearOverFar">S(near) / S(far) of <see cref="DisplacementMap"/>, in the same channel.</param>
/// <param name="ByChance">Its mean over the null masks: above 1 where pixels in the middle have the most connections, whatever the fields.</param>
/// <param name="ChanceStd">Its standard deviation over them.</param>
/// <param name="P">How often masks of the null reach as much, counted among them and the mask itself; exact (<see cref="DegreeKeepingMasks"/>). Not a number where there are no pairs to compare.</param>
/// <param name="Count">How many null masks.</param>
public sealed record MaskLocality(double NearOverFar, double ByChance, double ChanceStd, double P, int Count)
{
    /// <summary>S(near) / S(far) over what chance gives: 1 for masks without locality.</summary>
    public double Ratio => NearOverFar / ByChance;

    /// <summary>The same of pairs in different channels; null where there is one channel.</summary>
    public MaskLocality? OtherChannels { get; init; }

    /// <param name="mask">Shape (K, N), Bool.</param>
    /// <param name="grid">How the N inputs are arranged.</param>
    /// <param name="seed">Of the null masks.</param>
    /// <param name="nulls">How many of them, at least 2; the smallest p there can be is 1 / (nulls + 1).</param>
    public static MaskLocality Of(Tensor mask, PixelGrid grid, int seed, int nulls = 40)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nulls, 2);
        using var scope = torch.NewDisposeScope();
        (double Same, double Other) Ratios(Tensor of)
        {
            using var inner = torch.NewDisposeScope();
            var map = DisplacementMap.Of(of, grid);
            return (map.NearOverFar, map.OtherNearOverFar);
        }

        var own = Ratios(mask);
        (double Same, double Other)[] chance = [.. DegreeKeepingMasks.Draw(mask, nulls, seed).Select(some =>
        {
            using (some)
                return Ratios(some);
        })];
        var same = Among(own.Same, [.. chance.Select(c => c.Same)]);
        return grid.Channels == 1 ? same : same with { OtherChannels = Among(own.Other, [.. chance.Select(c => c.Other)]) };
    }

    private static MaskLocality Among(double own, double[] chance)
    {
        var level = Statistic.Of(chance);
        return new MaskLocality(own, level.Mean, level.Spread, double.IsNaN(own) ? double.NaN : (1.0 + chance.Count(c => c >= own)) / (chance.Length + 1), chance.Length);
    }
}
