using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Experiments;

/// <summary>What training and theory both start from: the task, the device, and the same initial receptive fields.</summary>
/// <param name="Settings">The settings it was made from, with the device resolved.</param>
/// <param name="Task">The classes of data.</param>
/// <param name="Initial">Initial receptive fields on the device, Float32, shape (inits, 1, N); no scope owns them.</param>
public sealed record Ensemble(RunSettings Settings, LengthscaleTask Task, Tensor Initial)
{
    /// <summary>Checks the settings and prepares the ensemble.</summary>
    /// <exception cref="InvalidSettingException">A setting is not allowed.</exception>
    /// <exception cref="InvalidDataException">A data file cannot be used.</exception>
    public static Ensemble Of(RunSettings settings)
    {
        InvalidSettingException.Require(settings.Threads >= 1, "threads", settings.Threads, "at least 1");
        InvalidSettingException.Require(Enum.IsDefined(settings.Theory), "theory", settings.Theory, "full or taylor");
        var device = ComputeDevice.Resolve(settings.Device);
        torch.set_num_threads(settings.Threads);
        var data = SamplePhotographs.Where(settings.Data);
        var task = DataModels.Task(data);
        settings.Training.Validate(task.Classes.Count);
        // Made on the CPU, so that every device starts from the same weights.
        using var generator = new Generator(Seeds.Derive(settings.Training.Seed, "init"));
        using var initial = SingleNeuron.GlorotNormal(settings.Training.Inits, task.Sites, settings.Training.InitScale, generator);
        return new Ensemble(settings with { Device = device.ToString() }, task, initial.to(device).clone().DetachFromDisposeScope());
    }
}
