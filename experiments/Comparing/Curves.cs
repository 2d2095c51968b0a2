using System.Globalization;
using System.Text;
using TorchRf.Data;
using TorchRf.IO;
using TorchRf.Measures;
using TorchRf.Training;
using SummaryWriter = TorchSharp.Modules.SummaryWriter;

namespace TorchRf.Experiments.Comparing;

/// <summary>
/// Loss and localization along a training: curves.csv in its folder, a row a step, and where it is wanted the same for TensorBoard. A training that goes on after a kill
/// comes to the same rows as one that never stopped.
/// </summary>
public sealed class Curves : ITrainingLog, IDisposable
{
    private const string Header = "step,loss,accuracy,ipr,ipr_std,ipr_max";

    private readonly string file;
    private readonly HashSet<long> schedule;
    private readonly long every;
    private readonly Board? board;
    private FileStream? rows;
    private long last = -1;

    /// <param name="folder">The run's folder.</param>
    /// <param name="schedule">The steps of the snapshots.</param>
    /// <param name="every">Steps between the other rows; 0 for none.</param>
    /// <param name="lattice">How the sites of the receptive fields are arranged.</param>
    /// <param name="board">Whether TensorBoard is to show it too.</param>
    public Curves(RunFolder folder, IEnumerable<long> schedule, long every, Lattice lattice, bool board = false)
    {
        (file, this.schedule, this.every) = (folder.InFolder(RunFolder.CurvesFile), [.. schedule], every);
        this.board = board ? new Board(folder.InFolder(RunFolder.BoardFolder), lattice) : null;
    }

    /// <inheritdoc/>
    public void Begin(long step, IReadOnlyList<SnapshotMetrics> metrics, Tensor snapshots)
    {
        var kept = Read(file).Where(row => row.Step <= step && (schedule.Contains(row.Step) || (every > 0 && row.Step % every == 0)))
            .DistinctBy(row => row.Step).ToDictionary(row => row.Step, row => row.Text);
        // A run of a version that wrote none has them in its checkpoint.
        for (int i = 0; i < metrics.Count; i++)
            if (!kept.ContainsKey(metrics[i].Step))
                kept[metrics[i].Step] = Row(metrics[i], snapshots[i]);
        var ordered = kept.OrderBy(row => row.Key).Select(row => row.Value).ToArray();
        AtomicFile.WriteText(file, string.Concat(ordered.Prepend(Header).Select(line => line + "\n")));
        rows = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
        last = kept.Keys.Append(-1).Max();
        board?.Begin(ordered);
        for (int i = 0; i < metrics.Count; i++)
            board?.Add(metrics[i].Step, snapshots[i]);
    }

    /// <inheritdoc/>
    public void Add(SnapshotMetrics metrics, Tensor weights, bool isSnapshot)
    {
        if (metrics.Step > last)
        {
            var row = Row(metrics, weights);
            rows!.Write(Encoding.UTF8.GetBytes(row + "\n"));
            rows.Flush();
            last = metrics.Step;
            board?.Add(row);
        }
        if (isSnapshot)
            board?.Add(metrics.Step, weights);
    }

    /// <inheritdoc/>
    public void Keep() => rows?.Flush(flushToDisk: true);

    /// <summary>Closes the file.</summary>
    public void Dispose() => rows?.Dispose();

    /// <summary>Writes for TensorBoard what a finished run left.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="lattice">How the sites of the receptive fields are arranged.</param>
    /// <param name="steps">The steps of the snapshots.</param>
    /// <param name="snapshots">Shape (snapshots, inits, units, N).</param>
    public static void ForTensorBoard(string folder, Lattice lattice, IReadOnlyList<long> steps, Tensor snapshots)
    {
        var board = new Board(Path.Combine(folder, RunFolder.BoardFolder), lattice);
        board.Begin(Read(Path.Combine(folder, RunFolder.CurvesFile)).Select(row => row.Text));
        for (int i = 0; i < steps.Count; i++)
            board.Add(steps[i], snapshots[i]);
    }

    // Whole lines alone: what a killed process was writing may have any end.
    private static IEnumerable<(long Step, string Text)> Read(string file)
    {
        if (!File.Exists(file))
            yield break;
        var text = File.ReadAllText(file);
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (line.Split(',') is { Length: 6 } cells && long.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
                && cells.Skip(1).All(cell => cell.Length == 0 || double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
                yield return (step, line);
    }

    private static string Row(SnapshotMetrics metrics, Tensor weights)
    {
        using var scope = torch.NewDisposeScope();
        var ipr = InverseParticipationRatio.Of(weights.to(ScalarType.Float64));
        var over = Statistic.OfElements(ipr);
        return string.Create(CultureInfo.InvariantCulture, $"{metrics.Step},{metrics.Loss:R},{metrics.Accuracy:R},{over.Mean:R},{over.Spread:R},{ipr.max().item<double>():R}");
    }

    // Events of an earlier session would show steps twice: they are written anew from what is kept.
    private sealed class Board(string folder, Lattice lattice)
    {
        private const int MostFields = 32;
        private const int PixelsOfRing = 400;

        private SummaryWriter writer = null!;

        internal void Begin(IEnumerable<string> rows)
        {
            Directory.CreateDirectory(folder);
            foreach (var before in Directory.EnumerateFiles(folder, "events.out.*").ToArray())
                File.Delete(before);
            writer = torch.utils.tensorboard.SummaryWriter(folder);
            foreach (var row in rows)
                Add(row);
        }

        internal void Add(string row)
        {
            var cells = row.Split(',');
            foreach (var (name, cell) in Header.Split(',').Zip(cells).Skip(1))
                if (cell.Length > 0)
                    writer.add_scalar(name, float.Parse(cell, CultureInfo.InvariantCulture), int.Parse(cells[0], CultureInfo.InvariantCulture), Now);
        }

        // Each field scaled to its largest weight: blue below 0, white at 0, red above. On a ring a row a field, on a torus a square a field, side by side.
        internal void Add(long step, Tensor weights)
        {
            using var scope = torch.NewDisposeScope();
            var fields = weights.detach().cpu().to(ScalarType.Float32).reshape(-1, weights.shape[^1]);
            fields = fields.narrow(0, 0, Math.Min(MostFields, fields.shape[0]));
            var w = fields / fields.abs().amax([1], keepdim: true).clamp_min(float.Epsilon);
            long magnified = Math.Max(1, PixelsOfRing / lattice.Side);
            if (lattice.Dimensions == 2)
            {
                w = torch.cat([.. w.reshape(-1, lattice.Side, lattice.Side).unbind().Select(field => torch.nn.functional.pad(field, [0, 1, 0, 0]))], 1);
                magnified = Math.Max(1, magnified / 4);
            }
            var (up, down) = (1 - w.clamp_min(0), 1 + w.clamp_max(0));
            var image = (torch.stack([down, torch.minimum(up, down), up]) * 255).round().to(ScalarType.Byte);
            writer.add_img("receptive fields", image.repeat_interleave(magnified, 1).repeat_interleave(magnified, 2), (int)step, Now);
        }

        // TensorBoard counts seconds.
        private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
