using TorchRf.Tests.Sweeps.Engines;

namespace TorchRf.Tests;

/// <summary>numpy and its kin as the other side: for who asks for them (./test --peers); a test that needs them is ignored otherwise, with the reason.</summary>
internal static class Numpy
{
    private const string Interpreter = "/usr/bin/python3";

    internal static bool IsWanted => Environment.GetEnvironmentVariable("TORCHRF_PEERS") == "1";

    /// <summary>Ends a test unless peers were asked for: starting them takes longer than most of what is asked of them.</summary>
    public static void Require()
    {
        if (!IsWanted)
            Assert.Ignore("./test --peers compares with numpy, SciPy, scikit-learn and PyTorch for Python, and installs what is needed.");
    }

    /// <summary>Runs a script with numpy as np; it fails the test by raising.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="script">What it does.</param>
    public static void Run(string folder, string script)
    {
        Require();
        Assert.That(Interpreter, Does.Exist);
        var (exitCode, _, errors) = Shell.RunIn(folder, Interpreter, "-c", "import json, struct, sys\nimport numpy as np\n" + script);
        Assert.That(exitCode, Is.Zero, errors);
    }
}
