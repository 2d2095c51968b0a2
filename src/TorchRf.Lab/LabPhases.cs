using System.Collections.Concurrent;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using TorchRf.Experiments;
using TorchRf.Experiments.Analyzing;
using TorchRf.IO;

namespace TorchRf.Lab;

/// <summary>
/// The phase diagram through one's own data: "map" says its axes and where the lemma's constant field loses its stability, then each "point" what a neuron's field becomes there (null where there are no such data), one's own first and coarsely spread
/// ones before those between; "done" ends it. A point is computed once.
/// </summary>
/// <param name="turns">When a point's turn comes.</param>
internal sealed class LabPhases(Turns turns)
{
    // Beyond, a point takes many seconds.
    private const int MostSites = 100;

    // So many are remembered.
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<string, Outcome?> known = new();

    /// <summary>The diagram's family; throws where there is none.</summary>
    /// <exception cref="NotSupportedException">No diagram covers the settings.</exception>
    /// <exception cref="InvalidSettingException">There are too many sites, or the data lie beyond the diagram.</exception>
    internal static PhaseFamily Family(RunSettings settings)
    {
        var data = settings.Data;
        if (settings is not { Model.IsSingleReluNeuron: true, Training.IsPlain: true } || data.OneAClass.Values.Count() != 2 || data.Dimensions != 1 || PhaseFamily.All.FirstOrDefault(f => f.Data == data.Name) is not PhaseFamily family)
            throw new NotSupportedException($"there is a phase diagram of one ReLU neuron that learns without rates, l1, l2, random classes, proportions or targets to tell two classes on rings apart, of {string.Join(", ", PhaseFamily.All.Select(f => f.Data))}");
        if (!double.IsFinite(family.Of(data).Y))
            throw new InvalidSettingException(nameof(IsingSettings.Couplings), (data as IsingSettings)?.Couplings, "other than 0 for class 1, for a phase diagram has class 0's in parts of it");
        InvalidSettingException.Require(data.Sites <= MostSites, nameof(data.Sites), data.Sites, FormattableString.Invariant($"at most {MostSites} for a phase diagram"));
        return family;
    }

    /// <summary>Its events.</summary>
    internal async IAsyncEnumerable<SseItem<string>> Map(PhaseFamily family, RunSettings settings, [EnumeratorCancellation] CancellationToken stop)
    {
        static SseItem<string> Event(string kind, JsonObject told) => new(told.ToJsonString(), kind);
        var data = settings.Data;
        yield return Event("map", new JsonObject
        {
            ["label"] = family.Label,
            ["x"] = Axis(family.X),
            ["y"] = Axis(family.Y),
            ["unstable"] = await turns.Do(() => Line(family, data), stop),
        });
        var (x, y) = family.Of(data);
        var grid = from i in Enumerable.Range(0, family.X.Values.Count)
                   from j in Enumerable.Range(0, family.Y.Values.Count)
                   orderby (i % 2) + (j % 2), ((2 * i) + j) % 5
                   select (X: family.X.Values[i], Y: family.Y.Values[j]);
        foreach (var (point, isOwn) in grid.Select(p => (Point: p, IsOwn: false)).Prepend((Point: (X: x, Y: y), IsOwn: true)))
        {
            var there = isOwn ? data : family.At(data, point.X, point.Y);
            string key = CanonicalJson.Digest(new RunSettings { Data = there }.Used());
            if (!known.TryGetValue(key, out var outcome))
            {
                outcome = await turns.Do(() => Outcome(there), stop);
                if (known.Count >= MostKnown)
                    known.Clear();
                known[key] = outcome;
            }
            yield return Event("point", new JsonObject { ["x"] = point.X, ["y"] = point.Y, ["own"] = isOwn, ["outcome"] = outcome is Outcome found ? new Expectation(found, []).Word : null });
        }
        yield return Event("done", []);
    }

    // Null where there are no such data, as a kernel has a shortest lengthscale.
    private static Outcome? Outcome(DataSettings data)
    {
        try
        {
            return PhaseFamily.Outcome(data);
        }
        catch (InvalidSettingException)
        {
            return null;
        }
    }

    private static JsonObject Axis(PhaseAxis axis) => new() { ["label"] = axis.Label, ["log"] = axis.Log, ["values"] = new JsonArray([.. axis.Values.Select(v => (JsonNode)v)]) };

    // Known of rings with the lemma's kernel.
    private static JsonArray? Line(PhaseFamily family, DataSettings data) => family.Transition is not null && data is KernelSettings { KernelName: "gaussian", GaussianClone: false } kernel
        ? new([.. family.X.Values.Select(xi => (Xi: xi, At: family.Transition(data.Sites, xi * kernel.Lengthscales[0] / kernel.Lengthscales[1], xi)?.Parameter)).Where(p => p.At is not null).Select(p => (JsonNode)new JsonArray(p.Xi, p.At!.Value))])
        : null;
}
