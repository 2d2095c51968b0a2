using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf info: what this installation computes with, and how fast.</summary>
internal static class InfoCommand
{
    internal static Command Create()
    {
        var command = new Command("info", "Torch version, device, threads, and how fast products are.");
        foreach (var option in SettingOption.Machine)
            command.Options.Add(option);
        var json = new JsonOption();
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            // Not by way of all a run's settings, which take a tenth of a second to read for the first time.
            var (given, unsaid) = (SettingOption.Given(SettingOption.Machine, parsed), new RunSettings());
            var device = ComputeDevice.Resolve((string?)given["device"] ?? unsaid.Device);
            torch.set_num_threads((int?)given["threads"] ?? unsaid.Threads);
            double speed = MatrixSpeed.Measure(device);
            if (parsed.GetValue(json))
                Report.Json(new JsonObject
                {
                    ["torchrf"] = RunEnvironment.Version,
                    ["torch"] = torch.__version__,
                    ["device"] = device.ToString(),
                    ["cuda_devices"] = torch.cuda.is_available() ? torch.cuda.device_count() : 0,
                    ["threads"] = torch.get_num_threads(),
                    ["gflops"] = Math.Round(speed, 1),
                });
            else
                Print(device, speed);
        });
        return command;
    }

    private static void Print(Device device, double speed)
    {
        int cuda = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        Report.Line($"torchrf  {RunEnvironment.Version}");
        Report.Line($"torch    {torch.__version__}");
        Report.Line($"device   {device} ({(cuda == 0 ? "no CUDA device found" : $"{cuda} CUDA device{(cuda == 1 ? "" : "s")} found")})");
        Report.Line($"threads  {torch.get_num_threads()} of {Environment.ProcessorCount} processors");
        // As each task's own Sampling says of it.
        Report.Line(device.type == DeviceType.CPU ? "examples vector code for spins, fields and elliptical laws, torch for others" : "examples torch");
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"speed    {speed:0} GFLOP/s ({MatrixSpeed.Side(device)} x {MatrixSpeed.Side(device)} product, Float32)"));
    }
}
