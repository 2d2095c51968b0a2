using System.ComponentModel;
using System.Text.RegularExpressions;
using CliWrap;
using CliWrap.Buffered;

namespace TorchRf.Sweeps.Engines;

/// <summary>What the SLURM engine asks of SLURM; each throws an <see cref="EngineException"/> where it is not there or refuses.</summary>
public interface ISlurm
{
    /// <summary>The site's MaxArraySize: the indices of an array job are below it.</summary>
    int MaxArraySize();

    /// <summary>Submits a batch script; what it returns is the number of the job.</summary>
    /// <param name="script">The script.</param>
    /// <param name="after">Jobs that must have ended, however they did, before it starts.</param>
    string Submit(string script, IReadOnlyList<string> after);

    /// <summary>Takes jobs out of the queue, or ends them.</summary>
    /// <param name="jobs">Their numbers.</param>
    void Cancel(IReadOnlyList<string> jobs);

    /// <summary>The numbers of the user's jobs that wait or run.</summary>
    IReadOnlySet<string> Queued();
}

/// <summary>SLURM by its programs: sbatch, squeue, scancel and scontrol. SLURM_CONF says which cluster, where the site's own is not meant.</summary>
public sealed partial class SlurmPrograms : ISlurm
{
    /// <inheritdoc/>
    public int MaxArraySize() =>
        MaxArraySizeLine().Match(Run("scontrol", ["show", "config"])) is { Success: true } line && int.TryParse(line.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int size)
            ? size
            : throw new EngineException("scontrol show config names no MaxArraySize");

    /// <inheritdoc/>
    public string Submit(string script, IReadOnlyList<string> after)
    {
        string[] dependency = after.Count > 0 ? ["--dependency=afterany:" + string.Join(':', after)] : [];
        // A cluster's name may follow the number.
        var job = Run("sbatch", ["--parsable", .. dependency, script]).Split(';')[0].Trim();
        return job.Length > 0 && job.All(char.IsAsciiDigit) ? job : throw new EngineException($"sbatch named no job; it said '{job}'");
    }

    /// <inheritdoc/>
    public void Cancel(IReadOnlyList<string> jobs) => Run("scancel", jobs);

    /// <inheritdoc/>
    public IReadOnlySet<string> Queued() => Run("squeue", ["--me", "--noheader", "--format=%F"]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();

    /// <summary>How the command line of <see cref="Submit"/> looks, for people.</summary>
    internal static string CommandLine(string script, string after) =>
        ShellWords.Join(["sbatch", "--parsable", .. after.Length > 0 ? [$"--dependency=afterany:{after}"] : Array.Empty<string>(), script]);

    private static string Run(string program, IReadOnlyList<string> arguments)
    {
        try
        {
            var ended = Cli.Wrap(program).WithArguments(arguments).WithEnvironmentVariables(e => e.Set("LC_ALL", "C.UTF-8")).WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync().GetAwaiter().GetResult();
            return ended.IsSuccess ? ended.StandardOutput : throw new EngineException(Complaint(program, ended.ExitCode, ended.StandardError));
        }
        catch (Win32Exception e)
        {
            throw new EngineException($"{program} was not found: --engine slurm needs SLURM's programs, which a cluster's login node has; --engine local needs none", e);
        }
    }

    // "sbatch: error: invalid partition specified: x" and more such lines.
    private static string Complaint(string program, int code, string errors)
    {
        var said = errors.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => Prefix().Replace(line, "").TrimEnd('.')).Distinct().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{program} refused: {(said.Length > 0 ? string.Join("; ", said) : $"exit code {code}, without a word")}");
    }

    [GeneratedRegex(@"^MaxArraySize\s*=\s*([0-9]+)", RegexOptions.Multiline)]
    private static partial Regex MaxArraySizeLine();

    [GeneratedRegex(@"\A\w+: (?:(?:error|fatal): )?")]
    private static partial Regex Prefix();
}
