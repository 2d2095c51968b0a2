using System.Diagnostics;

namespace TorchRf.Tests.Browser;

/// <summary>The program as a person starts it.</summary>
internal static class Torchrf
{
    private static readonly string Assembly = Path.Combine(Repository.Root, "src", "TorchRf.Cli", "bin", "Release", "net10.0", "TorchRf.Cli.dll");

    /// <summary>Starts it.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="words">What it is told.</param>
    /// <returns>The process, both of whose outputs are to be read.</returns>
    internal static Process Start(string folder, params IEnumerable<string> words)
    {
        Assert.That(Assembly, Does.Exist, "build the program first");
        return Process.Start(new ProcessStartInfo("dotnet", [Assembly, .. words]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Runs it to its end, and gives what it printed.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="line">What it is told, without quotes.</param>
    internal static string Do(string folder, string line)
    {
        using var program = Start(folder, line.Split(' '));
        var warned = program.StandardError.ReadToEndAsync();
        string printed = program.StandardOutput.ReadToEnd();
        program.WaitForExit();
        Assert.That(program.ExitCode, Is.Zero, $"{line}\n{warned.Result}");
        return printed;
    }
}
