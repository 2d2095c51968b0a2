namespace TorchRf.Sweeps.Engines;

/// <summary>An engine cannot take a sweep: it is not installed, refuses a task, or still works on the sweep. The message is one line that says what to do.</summary>
public sealed class EngineException : IOException
{
    /// <summary>Creates the exception.</summary>
    public EngineException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    public EngineException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">Its cause.</param>
    public EngineException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
