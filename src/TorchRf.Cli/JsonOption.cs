using System.CommandLine;

namespace TorchRf.Cli;

/// <summary>--json: the command answers a program rather than a person.</summary>
internal sealed class JsonOption : Option<bool>
{
    internal JsonOption() : base("--json") => Description = "One JSON document on standard output and nothing else there.";
}
