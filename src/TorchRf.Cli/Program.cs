using System.CommandLine;
using System.CommandLine.Help;
using TorchRf;
using TorchRf.Cli.Commands;
using TorchRf.Figures;
using TorchRf.Training;

// Not a RootCommand, which would call itself by its file's name.
var root = new Command("torchrf", "TorchRf: why do neurons come to look at small patches of the world? Trains small networks on naturalistic data, "
    + "integrates the theory of that training, and says how well the two agree.")
{
    CompareCommand.Create(),
    TrainCommand.Create(),
    PredictCommand.Create(),
    DescribeCommand.Create(),
    FigureCommand.Create(),
    InfoCommand.Create(),
};
root.Options.Add(new HelpOption());
root.Options.Add(new VersionOption());

var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
if (parsed.Errors.Count > 0)
    return Fail(2, parsed.Errors[0].Message + " Say --help for what there is.");

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupted.Cancel();
};
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
}
catch (Exception e) when (e is InvalidSettingException or InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException)
{
    return Fail(2, e.Message);
}
catch (DivergenceException e)
{
    return Fail(1, e.Message);
}
catch (OperationCanceledException)
{
    return Fail(130, "Stopped. The run can be continued with --resume.");
}
catch (Exception e) when (e is DllNotFoundException || e.InnerException is DllNotFoundException)
{
    return Fail(1, (e as DllNotFoundException ?? e.InnerException)!.Message);
}

static int Fail(int code, string message)
{
    Console.Error.WriteLine("torchrf: " + message.ReplaceLineEndings(" "));
    return code;
}
