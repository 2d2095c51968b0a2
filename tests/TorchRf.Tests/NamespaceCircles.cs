namespace TorchRf.Tests;

/// <summary>Finds namespaces that use each other, directly or around corners.</summary>
internal static class NamespaceCircles
{
    /// <summary>The circles at every depth: among TorchRf.Data and TorchRf.Models with all below them, among TorchRf.Data and TorchRf.Data.Marginals, and so on.</summary>
    /// <param name="uses">Which namespace uses which, and an example.</param>
    /// <returns>A sentence for each use that is part of a circle.</returns>
    internal static IEnumerable<string> Of(IReadOnlyCollection<(string From, string To, string Example)> uses)
    {
        int deepest = uses.Select(u => Math.Max(Depth(u.From), Depth(u.To))).DefaultIfEmpty().Max();
        return Enumerable.Range(1, deepest).SelectMany(depth => At(depth, uses)).Distinct();
    }

    private static IEnumerable<string> At(int depth, IReadOnlyCollection<(string From, string To, string Example)> uses)
    {
        var edges = uses.Select(u => (From: Cut(u.From, depth), To: Cut(u.To, depth), u.Example)).Where(u => u.From != u.To).DistinctBy(u => (u.From, u.To)).ToArray();
        var next = edges.ToLookup(e => e.From, e => e.To);
        return edges.Where(e => Reaches(e.To, e.From, next)).Select(e => $"{e.From} uses {e.To}, which leads back to it: {e.Example}");
    }

    private static bool Reaches(string from, string to, ILookup<string, string> next)
    {
        var (seen, open) = (new HashSet<string> { from }, new Stack<string>([from]));
        while (open.TryPop(out var at))
        {
            if (at == to)
                return true;
            foreach (var after in next[at].Where(seen.Add))
                open.Push(after);
        }
        return false;
    }

    private static int Depth(string name) => name.Split('.').Length;

    private static string Cut(string name, int depth) => string.Join('.', name.Split('.').Take(depth));
}
