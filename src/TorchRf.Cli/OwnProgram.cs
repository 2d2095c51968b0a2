namespace TorchRf.Cli;

/// <summary>How this very program is started again, from any folder.</summary>
internal static class OwnProgram
{
    /// <summary>The program and its first arguments, with absolute paths: the program's own launcher, or dotnet and the assembly.</summary>
    internal static IReadOnlyList<string> Words
    {
        get
        {
            var program = Environment.ProcessPath ?? "dotnet";
            return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(OwnProgram).Assembly.Location] : [program];
        }
    }
}
