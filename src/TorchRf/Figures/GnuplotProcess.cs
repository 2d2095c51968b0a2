using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace TorchRf.Figures;

/// <summary>One run of gnuplot, with its commands on standard input.</summary>
internal static class GnuplotProcess
{
    internal static void Run(string program, string commands, string folder, TimeSpan timeout)
    {
        using var process = Start(program, folder);
        using var deadline = new CancellationTokenSource(timeout);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            Feed(process, commands, deadline.Token).GetAwaiter().GetResult();
            process.WaitForExitAsync(deadline.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new GnuplotException(FormattableString.Invariant(
                $"gnuplot ('{program}') did not finish within {timeout.TotalSeconds} s."));
        }

        Task.WaitAll(output, errors);
        if (process.ExitCode != 0)
        {
            throw new GnuplotException($"gnuplot ('{program}') failed with exit code {process.ExitCode}: {Complaint(errors.Result)}");
        }
    }

    /// <summary>gnuplot's own message among what it printed: it repeats the command and points at the place first.</summary>
    internal static string Complaint(string printed)
    {
        var lines = printed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Where(line => !line.Contains("warning:", StringComparison.Ordinal))
            .LastOrDefault(line => line.StartsWith("line ", StringComparison.Ordinal))
            ?? lines.LastOrDefault()
            ?? "it printed no message.";
    }

    private static Process Start(string program, string folder)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // Neither the user's start-up file nor the session's locale may change a figure.
        start.ArgumentList.Add("--default-settings");
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new GnuplotException(
                $"gnuplot cannot be started ('{program}'): install it, on Debian with: apt-get install gnuplot-nox fonts-dejavu-core",
                exception);
        }
    }

    private static async Task Feed(Process process, string commands, CancellationToken token)
    {
        try
        {
            await process.StandardInput.WriteAsync(commands.AsMemory(), token).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended before it read everything; its exit code and message tell why.
        }
    }
}
