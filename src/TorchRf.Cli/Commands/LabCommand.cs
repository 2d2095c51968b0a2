using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using TorchRf.Cli.Terminal;
using TorchRf.Lab;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf lab: the same in a browser, by sliders.</summary>
internal static class LabCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("lab", "Open a page in the browser: choose data and training by sliders, and watch receptive fields form.");
        var port = new Option<string?>("--port") { HelpName = "n", Description = "Where the page is served, on this machine alone [any port that is free]." };
        var noBrowser = new Option<bool>("--no-browser") { Description = "Print the address, and open nothing." };
        var threads = SettingOption.Machine.Single(o => o.Setting == nameof(RunSettings.Threads));
        foreach (var option in (Option[])[port, noBrowser, threads])
            command.Options.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            int listened = parsed.GetValue(port) is string said ? (int)SettingOption.Whole("Port", said, 0, 65_535) : 0;
            int cores = (int?)SettingOption.Given([threads], parsed)["threads"] ?? new RunSettings().Threads;
            await using var lab = await LabServer.Start(listened, cores, catalogue, RunOptions.Checkpoints);
            Report.Line($"The lab is at {lab.Address}");
            Report.Line("It can be reached from this machine alone, and by this address. Ctrl-C ends it.");
            if (!parsed.GetValue(noBrowser))
                Open(lab.Address);
            await Task.Delay(Timeout.Infinite, cancellation);
        });
        return command;
    }

    // Where there is no browser, the address is there to be taken elsewhere.
    private static void Open(Uri address)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true });
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or FileNotFoundException)
        {
            Report.Warn("no browser could be opened; open the address in one");
        }
    }
}
