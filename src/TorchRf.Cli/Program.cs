using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using TorchRf;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Cli.Commands.Checkpoints;
using TorchRf.Cli.Commands.Sweeps;
using TorchRf.Training;

// Not a RootCommand, which would call itself by its file's name.
var root = new Command("torchrf", "TorchRf: why do neurons come to look at small patches of the world? Trains small networks on naturalistic data, "
    + "integrates the theory of that training, and says how well the two agree.")
{
    CompareCommand.Create(),
    TrainCommand.Create(),
    PredictCommand.Create(),
    DescribeCommand.Create(),
    AnalyzeCommand.Create(),
    IcaCommand.Create(),
    FigureCommand.Create(),
    ReproduceCommand.Create(),
    SweepCommand.Create(),
    CheckpointCommand.Create(),
    BenchCommand.Create(),
    InfoCommand.Create(),
};
root.Options.Add(new HelpOption());
root.Options.Add(new VersionOption());

var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
if (parsed.CommandResult.Command == root && parsed.UnmatchedTokens.Count > 0)
    return Fail(2, $"'{parsed.UnmatchedTokens[0]}' is no command; there are {string.Join(", ", root.Subcommands.Select(c => c.Name))}.");
if (parsed.Errors.Count > 0)
    return Fail(2, parsed.Errors[0].Message + " Say --help for what there is.");

// What a command takes is not what its subcommands take: their help does not show it.
foreach (var argument in (parsed.CommandResult.Parent as CommandResult)?.Command.Arguments ?? [])
    argument.Hidden = true;

using var signals = new StopSignals(orderly: parsed.Action is AsynchronousCommandLineAction);
try
{
    OpenMp.WaitPassively();
    KeptMemory.Ask();
    return QuickExit.With(await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token));
}
catch (Exception e) when (e is InvalidSettingException or InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException)
{
    return Fail(2, e.Message);
}
catch (Exception e) when (e is DivergenceException or ArithmeticException)
{
    return Fail(1, e.Message);
}
catch (OperationCanceledException)
{
    return Fail(signals.ExitCode, args[0] switch
    {
        "train" or "compare" => "Stopped. The same command with --resume goes on with the run.",
        "figure" or "reproduce" or "sweep" => "Stopped. The same command goes on where it was.",
        _ => "Stopped.",
    });
}
catch (ExternalException e)
{
    // Torch's own words, without the trace that may follow them.
    return Fail(1, e.Message.Split('\n')[0] + (e.Message.Contains("memory", StringComparison.Ordinal) ? " A smaller --batch, --inits or --sites needs less." : ""));
}
catch (Exception e) when (NativeTorch.Unloadable(e) is Exception cause)
{
    return Fail(1, NativeTorch.WhyNot(RuntimeInformation.RuntimeIdentifier, cause));
}

static int Fail(int code, string message)
{
    Console.Error.WriteLine("torchrf: " + message.ReplaceLineEndings(" "));
    return code;
}
