using System.Diagnostics;
using NUnit.Framework;

namespace TorchRf.Tests;

/// <summary>numpy and its kin as the other side. Where they are missing, a test that needs them is ignored, with the reason, unless they were asked for (./test --peers).</summary>
internal static class Numpy
{
    private const string Interpreter = "/usr/bin/python3";

    /// <summary>Ends a test that lacks a peer.</summary>
    public static void Lacks(string what)
    {
        if (Environment.GetEnvironmentVariable("TORCHRF_PEERS") == "1")
            Assert.Fail(what);
        Assert.Ignore(what + " ./test --peers installs what is needed.");
    }

    /// <summary>Runs a script with numpy as np; it fails the test by raising.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="script">What it does.</param>
    /// <param name="needs">A module beside numpy without which the test is ignored.</param>
    public static void Run(string folder, string script, string needs = "numpy")
    {
        if (!File.Exists(Interpreter))
        {
            Lacks($"There is no {Interpreter}, so that nothing can be compared with numpy.");
        }

        if (Start(folder, "import numpy, " + needs).ExitCode != 0)
        {
            Lacks($"{Interpreter} has no {needs}, so that nothing can be compared with it.");
        }

        var (exitCode, errors) = Start(folder, "import json, struct, sys\nimport numpy as np\n" + script);
        Assert.That(exitCode, Is.Zero, errors);
    }

    private static (int ExitCode, string Errors) Start(string folder, string script)
    {
        var start = new ProcessStartInfo(Interpreter, ["-c", script]) { WorkingDirectory = folder, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, errors);
    }
}
