namespace TorchRf.Sweeps.Engines;

/// <summary>What the SLURM engine asks of SLURM.</summary>
public interface ISlurm
{
    /// <summary>The site's MaxArraySize: the indices of an array job are below it.</summary>
    /// <exception cref="EngineException">SLURM is not there, or refuses.</exception>
    int MaxArraySize();

    /// <summary>Submits a batch script.</summary>
    /// <param name="script">The script's file.</param>
    /// <param name="after">Jobs that must have ended, however they did, before it starts.</param>
    /// <returns>The job's number.</returns>
    /// <exception cref="EngineException">SLURM is not there, or refuses.</exception>
    string Submit(string script, IReadOnlyList<string> after);

    /// <summary>Takes jobs back.</summary>
    /// <exception cref="EngineException">SLURM is not there, or refuses.</exception>
    void Cancel(IReadOnlyList<string> jobs);

    /// <summary>The numbers of the user's jobs that wait or run.</summary>
    /// <exception cref="EngineException">SLURM is not there, or refuses.</exception>
    IReadOnlySet<string> Queued();
}
