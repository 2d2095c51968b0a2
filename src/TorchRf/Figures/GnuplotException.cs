namespace TorchRf.Figures;

/// <summary>gnuplot is missing, failed, took too long or has no font; the message is one line that says what to do.</summary>
public sealed class GnuplotException : Exception
{
    /// <summary>Creates the exception.</summary>
    public GnuplotException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    public GnuplotException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong.</param>
    /// <param name="innerException">Its cause.</param>
    public GnuplotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
