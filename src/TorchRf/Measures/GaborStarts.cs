namespace TorchRf.Measures;

/// <summary>Where a Gabor fit starts from: at each of several widths, the best frequency about the better of two centres.</summary>
internal static class GaborStarts
{
    /// <param name="rows">Shape (fields, N), Float64.</param>
    /// <returns>(centre, ln width, frequency), shape (fields, widths, 3).</returns>
    internal static Tensor Of(Tensor rows)
    {
        long n = rows.shape[1], fields = rows.shape[0];
        // The peak and the mean position, to the nearest site; rows are turned so that each comes to site 0.
        var mean = (CircularPosition.Of(rows).Mean + 0.5).floor();
        var centres = torch.stack([rows.abs().argmax(-1).to(ScalarType.Float64), torch.where(mean.isfinite(), mean, mean.sign() * 0).remainder(n)], 1);
        var index = (torch.arange(0, n, ScalarType.Float64, rows.device) + centres.unsqueeze(-1)).remainder(n).to(ScalarType.Int64);
        var turned = rows.unsqueeze(1).expand(-1, 2, -1).gather(2, index);

        var starts = new List<Tensor>();
        for (double width = 0.5; width <= Math.Max(2, n / 2.5); width *= 2)
        {
            // Half the width of the envelope's own spectrum apart.
            int count = (int)Math.Min(n + 1, Math.Ceiling(8 * width) + 1);
            var f = torch.linspace(0, n / 2.0, count, ScalarType.Float64, rows.device);
            var parameters = torch.stack([f * 0, (f * 0) + Math.Log(width), f], 1);
            var energy = new GaborModel(parameters, n).Columns.Basis.Select(q => turned.matmul(q.mT).square()).Aggregate((a, b) => a + b);
            var best = energy.flatten(1).argmax(-1).to(ScalarType.Float64);
            var which = (best / (double)count).floor();
            var at = centres.gather(1, which.to(ScalarType.Int64).unsqueeze(1)).squeeze(1);
            var frequency = f.index_select(0, (best - (which * (double)count)).to(ScalarType.Int64));
            starts.Add(torch.stack([at, (at * 0) + Math.Log(width), frequency], 1));
        }
        return torch.stack(starts, 1);
    }
}
