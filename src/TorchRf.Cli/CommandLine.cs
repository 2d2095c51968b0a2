using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Training;

namespace TorchRf.Cli;

/// <summary>A program's way from its arguments to its exit code: signals end it in order, and what goes wrong is said in one line.</summary>
public static class CommandLine
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="root">All commands; without arguments its help is shown, unless it does something itself.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>0 where all went well, 1 where work failed, 2 where it was refused, and 128 and its number where a signal ended it.</returns>
    public static async Task<int> Run(Command root, string[] args)
    {
        if (args.FirstOrDefault()?.StartsWith("[suggest", StringComparison.Ordinal) == true)
            return Suggest(root, args);
        var parsed = Parsed(root, args.Length > 0 || root.Action is not null ? args : ["--help"]);
        if (parsed.Errors.Count > 0 || TakenForFile(parsed) is not null)
            return Fail(args, 2, Unparsed(root, parsed));

        // What a command takes is not what its subcommands take: their help does not show it.
        foreach (var argument in (parsed.CommandResult.Parent as CommandResult)?.Command.Arguments ?? [])
            argument.Hidden = true;

        using var signals = new StopSignals(orderly: parsed.Action is AsynchronousCommandLineAction);
        try
        {
            int code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
            // What was being done when the signal came was done to its end, a picture say.
            return signals.Token.IsCancellationRequested ? signals.ExitCode : code;
        }
        catch (UnauthorizedAccessException e) when (!e.Message.Contains('\'', StringComparison.Ordinal))
        {
            // It names no path: what cannot be written is no file.
            return Fail(args, 2, "standard output is closed: there is nowhere to print to.");
        }
        catch (Exception e) when (e is InvalidSettingException or InvalidDataException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            return Fail(args, 2, InOptions(e, [.. parsed.CommandResult.Command.Options.OfType<SettingOption>()]));
        }
        catch (Exception e) when (e is DivergenceException or ArithmeticException)
        {
            return Fail(args, 1, e.Message);
        }
        catch (OperationCanceledException)
        {
            return Fail(args, signals.ExitCode, args.FirstOrDefault() switch
            {
                "train" or "compare" or "prune" or "figure" or "reproduce" or "sweep" or "atlas" => "Stopped. The same command goes on where it was.",
                // Of a search it begins anew, and says so.
                "resume" => "Stopped. The same command goes on with it.",
                _ => "Stopped.",
            });
        }
        catch (ExternalException e)
        {
            // Torch's own words, without the trace that may follow them.
            return Fail(args, 1, e.Message.Split('\n')[0] + (e.Message.Contains("memory", StringComparison.Ordinal) ? " A smaller --batch, --inits or --sites needs less." : ""));
        }
        catch (Exception e) when (NativeTorch.Unloadable(e) is Exception cause)
        {
            return Fail(args, 1, NativeTorch.WhyNot(RuntimeInformation.RuntimeIdentifier, cause));
        }
    }

    // A word after a flag is its value where the flag has such a one ("true", "false"), and otherwise the command's own, such as a file. A command without words of its own keeps it for a value, which is then refused as one.
    private static ParseResult Parsed(Command root, string[] args)
    {
        var parsed = root.Parse(args, NoResponseFiles);
        var command = parsed.CommandResult.Command;
        var flags = command.Options.OfType<SettingOption>().Where(o => o.IsFlag && command.Arguments.Count > 0)
            .SelectMany(o => o.Aliases.Prepend(o.Name), KeyValuePair.Create<SettingOption, string>).ToDictionary(f => f.Value, f => f.Key);
        int end = Array.IndexOf(args, "--") is >= 0 and var found ? found : args.Length;
        return args.Take(end).Any(flags.ContainsKey)
            ? root.Parse([.. args.Select((arg, i) => i < end && flags.TryGetValue(arg, out var flag) && !flag.Takes(args.ElementAtOrDefault(i + 1)) ? arg + "=true" : arg)], NoResponseFiles)
            : parsed;
    }

    // A file's name may begin with an @.
    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    // What may come next, as System.CommandLine knows it of its own root command.
    private static int Suggest(Command root, string[] args)
    {
        var whole = new RootCommand();
        foreach (var command in root.Subcommands)
            whole.Add(command);
        foreach (var option in All(root).SelectMany(c => c.Options).Where(o => HelpText.Choices(o).Length > 0).Distinct())
            option.CompletionSources.Add(HelpText.Choices(option));
        return whole.Parse(args).Invoke(new InvocationConfiguration { Output = Console.Out });
    }

    private static IEnumerable<Command> All(Command root) => root.Subcommands.SelectMany(All).Prepend(root);

    // A command of any number of files takes an option that it does not have for one; what stands after -- is one.
    private static string? TakenForFile(ParseResult parsed) =>
        parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).Select(t => t.Value)
            .Intersect(parsed.CommandResult.Children.OfType<ArgumentResult>().Where(a => a.Argument.Arity.MaximumNumberOfValues > 1).SelectMany(a => a.Tokens).Select(t => t.Value))
            .FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal));

    // What was meant, perhaps.
    private static string Unparsed(Command root, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        string[] commands = [.. command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        if (parsed.UnmatchedTokens.Count == 0 && command.Arguments.FirstOrDefault(a => a.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(a) is null or { Tokens.Count: 0 }) is Argument missing)
            return $"{missing.Name} is missing"
                + (parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(o => o.Option.AllowMultipleArgumentsPerToken) is OptionResult taker ? $": {taker.Option.Name} takes all words after it, so that {missing.Name} is to stand before it." : ".")
                + " Say --help for what there is.";
        var word = parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : TakenForFile(parsed);
        if (word is null)
            return parsed.Errors[0].Message + " Say --help for what there is.";
        if (command.Action is null && !word.StartsWith('-'))
            return $"'{word}' is no command; there are {string.Join(", ", commands)}.{Spelling.DidYouMean(word, commands)}";
        static IEnumerable<string> Names(Command of) => of.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name));
        // Before a plan that is left over, another command's name was misspelt.
        if (!word.StartsWith('-') && parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).FirstOrDefault(t => Spelling.Nearest(t.Value, commands) is not null) is Token misspelt)
            return $"'{misspelt.Value}' is no command; there are {string.Join(", ", commands)}.{Spelling.DidYouMean(misspelt.Value, commands)}";
        if (!word.StartsWith('-'))
            return $"'{word}' is one word too many. Say --help for what there is.";
        word = word.Split('=')[0];
        if (word == "--epochs" && Names(command).Contains("--steps"))
            return "'--epochs' is no option: examples are drawn anew at every step, so there is no set to go through. --steps says how many steps, each of --batch examples.";
        var others = All(root).Where(c => c != command && Names(c).Contains(word)).Select(c => c.Name).Distinct().ToArray();
        return Spelling.Nearest(word, Names(command)) is string nearest ? $"'{word}' is no option of {command.Name}. Did you mean {nearest}?"
            : $"'{word}' is no option{(others.Length > 0 ? $" of {command.Name}, but of {string.Join(", ", others)}" : "")}. Say --help for what there is.";
    }

    // The library names properties, and the user knows options.
    private static string InOptions(Exception refusal, SettingOption[] options)
    {
        if (refusal is InvalidSettingException setting)
        {
            var refused = options.FirstOrDefault(o => o.Setting == setting.Setting);
            return setting.Said(name => options.FirstOrDefault(o => o.Setting == name)?.Name ?? "--" + JsonNamingPolicy.KebabCaseLower.ConvertName(name))
                + (refused is null || HelpText.Choices(refused).Contains(setting.Value) ? "" : Spelling.DidYouMean(setting.Value, HelpText.Choices(refused)));
        }
        // Of a file that cannot be used: "Photos: ...".
        return options.FirstOrDefault(o => refusal.Message.StartsWith(o.Setting + ": ", StringComparison.Ordinal)) is SettingOption option
            ? option.Name + refusal.Message[option.Setting.Length..]
            : refusal.Message;
    }

    // A program that asked for one document gets one, whatever comes.
    private static int Fail(string[] args, int code, string message)
    {
        message = message.ReplaceLineEndings(" ");
        Console.Error.WriteLine("torchrf: " + message);
        if (args.Contains("--json"))
            Report.Json(new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["exit_code"] = code } });
        return code;
    }
}

/// <summary>
/// The signals that ask the program to stop: Ctrl-C, SIGTERM (a shutdown, or the end of a job's time) and SIGUSR1 (a batch system's warning
/// before that). The first asks for an orderly end; the next, whichever it is, is obeyed at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // As Linux numbers it; .NET has no name for it, but takes the system's own number.
    private const PosixSignal LinuxUser1 = (PosixSignal)10;

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] registrations;
    private int exitCode;

    /// <param name="orderly">Whether the command listens to <see cref="Token"/>; where it does not, the first signal is obeyed at once too.</param>
    internal StopSignals(bool orderly)
    {
        (PosixSignal Signal, int Code)[] heeded = [(PosixSignal.SIGINT, 130), (PosixSignal.SIGTERM, 143), (LinuxUser1, 138)];
        registrations = !orderly ? [] :
        [
            .. heeded.Where(s => s.Signal != LinuxUser1 || OperatingSystem.IsLinux())
                .Select(s => PosixSignalRegistration.Create(s.Signal, context => context.Cancel = First(s.Code))),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    internal CancellationToken Token => stop.Token;

    /// <summary>The exit code of the signal that came, 128 and its number as shells count; 130 when none came.</summary>
    internal int ExitCode => exitCode == 0 ? 130 : exitCode;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        stop.Dispose();
    }

    private bool First(int code)
    {
        if (Interlocked.CompareExchange(ref exitCode, code, 0) != 0)
            return false;
        stop.Cancel();
        return true;
    }
}
