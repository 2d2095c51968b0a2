using System.Diagnostics;

namespace TorchRf.Tests.Sweeps.Engines;

/// <summary>Runs and makes other programs.</summary>
internal static class Shell
{
    internal static (int Code, string Out, string Error) Run(string program, params string[] arguments) => RunIn("", program, arguments);

    /// <summary>Runs a program in a folder.</summary>
    internal static (int Code, string Out, string Error) RunIn(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>Writes a script that can be started.</summary>
    internal static void MakeProgram(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What it prints; it must succeed.</summary>
    internal static string Output(string program, params string[] arguments)
    {
        var (code, output, error) = Run(program, arguments);
        Assert.That(code, Is.Zero, $"{program} {string.Join(' ', arguments)}: {error}");
        return output;
    }
}
