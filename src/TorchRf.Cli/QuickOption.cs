using System.CommandLine;

namespace TorchRf.Cli;

/// <summary>--quick: the variant that takes under a minute.</summary>
internal sealed class QuickOption : Option<bool>
{
    internal QuickOption() : base("--quick") => Description = "A shorter, smaller variant: under a minute a figure, and not the paper's numbers.";
}
