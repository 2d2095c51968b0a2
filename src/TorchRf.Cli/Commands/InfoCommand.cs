using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TorchRf.Cli.Terminal;
using TorchRf.Experiments;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf info: what this installation computes with, and how fast.</summary>
internal static class InfoCommand
{
    internal static Command Create()
    {
        var command = new Command("info", "Torch version, device, threads, BLAS and its measured speed.");
        foreach (var option in SettingOption.Machine)
            command.Options.Add(option);
        var json = new JsonOption();
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var settings = SettingOption.Machine.Aggregate(new RunSettings(), (s, option) => option.Apply(s, parsed));
            InvalidSettingException.Require(settings.Threads is >= 1 and <= 4096, "threads", settings.Threads, "from 1 to 4096");
            var device = ComputeDevice.Resolve(settings.Device);
            torch.set_num_threads(settings.Threads);
            double speed = Blas.Measure(device);
            var blas = Blas.Loaded();
            bool slow = device.type == DeviceType.CPU && Blas.IsSlow(speed, settings.Threads);
            if (parsed.GetValue(json))
                Report.Json(new JsonObject
                {
                    ["torchrf"] = RunEnvironment.Version,
                    ["torch"] = torch.__version__,
                    ["torch_provider"] = RunEnvironment.Provider,
                    ["device"] = device.ToString(),
                    ["cuda_devices"] = torch.cuda.is_available() ? torch.cuda.device_count() : 0,
                    ["threads"] = torch.get_num_threads(),
                    ["blas"] = blas?.Name,
                    ["blas_file"] = blas?.File,
                    ["gflops"] = Math.Round(speed, 1),
                    ["slow_blas"] = slow,
                });
            else
                Print(device, blas, speed);
            if (slow)
                Report.Warn("this BLAS is slow, and training with it will be. On Debian: apt-get install libopenblas0-pthread");
        });
        return command;
    }

    private static void Print(Device device, Blas? blas, double speed)
    {
        int cuda = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        Report.Line($"torchrf  {RunEnvironment.Version}");
        Report.Line($"torch    {torch.__version__} through {RunEnvironment.Provider}");
        Report.Line($"device   {device} ({(cuda == 0 ? "no CUDA device found" : $"{cuda} CUDA device{(cuda == 1 ? "" : "s")} found")})");
        Report.Line($"threads  {torch.get_num_threads()} of {Environment.ProcessorCount} processors");
        Report.Line($"BLAS     {(blas is null ? "unknown" : $"{blas.Name} ({blas.File})")}");
        Report.Line(string.Create(CultureInfo.InvariantCulture, $"speed    {speed:0} GFLOP/s ({Blas.Side(device)} x {Blas.Side(device)} product, Float32)"));
    }
}
