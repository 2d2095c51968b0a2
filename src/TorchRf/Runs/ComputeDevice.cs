using System.Globalization;

namespace TorchRf.Runs;

/// <summary>The device that a user asks for.</summary>
public static class ComputeDevice
{
    /// <summary>cpu, cuda, cuda:INDEX, or auto: CUDA where there is some, else the CPU.</summary>
    /// <exception cref="InvalidSettingException">It is none of these, or not there.</exception>
    public static Device Resolve(string name)
    {
        if (name == "cpu")
            return new Device("cpu");
        bool available = torch.cuda.is_available();
        if (name == "auto")
            return new Device(available ? "cuda:0" : "cpu");
        int index = 0;
        if (name != "cuda" && !(name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new InvalidSettingException("Device", name, "cpu, cuda, cuda:INDEX or auto");
        if (!available)
            throw new InvalidSettingException("Device", name, "cpu or auto: this torch finds no CUDA device");
        int count = torch.cuda.device_count();
        InvalidSettingException.Require(index < count, "Device", name, $"one of the {count} CUDA devices here, cuda:0 to cuda:{count - 1}");
        return new Device(string.Create(CultureInfo.InvariantCulture, $"cuda:{index}"));
    }
}
