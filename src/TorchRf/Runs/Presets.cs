using System.Text.Json.Nodes;

namespace TorchRf.Runs;

/// <summary>Settings of the papers, by name: what of a run each of them fixes, as JSON that other settings are put over.</summary>
public static class Presets
{
    /// <summary>What they are called.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ingrosso-goldt", "olshausen-field"];

    /// <summary>
    /// Model and training of a paper; the data are the user's. "ingrosso-goldt" (Ingrosso and Goldt 2022, as their code has it): 8 erf units of x / sqrt(N), their mean against +1 on class 0 and -1
    /// on class 1, biases trained from +1 and -1, weights from 0.1 times a standard normal; one example a step, rate 0.05 a unit, biases N times slower, time N steps, up to 1000. "olshausen-field" (Olshausen and Field 1996, as far as it is known here): 144 atoms of unit length, which learn online from
    /// codes under |a| to a duality gap, 100 examples a step.
    /// </summary>
    /// <param name="name">Which.</param>
    /// <param name="sites">N; null where it is not known yet, and then steps that depend on it are left out.</param>
    /// <exception cref="InvalidSettingException">There is no such preset.</exception>
    public static JsonObject Of(string name, int? sites)
    {
        JsonObject settings = name switch
        {
            "ingrosso-goldt" => new JsonObject
            {
                ["model"] = "two-layer",
                ["units"] = 8,
                ["activation"] = "erf",
                ["bias"] = "trained",
                ["initial_bias"] = 1,
                ["split_bias"] = true,
                ["head"] = "ones",
                ["scale_input"] = true,
                ["targets"] = new JsonArray(1, -1),
                ["init_std"] = 0.1,
                ["rates"] = "unit",
                ["lr"] = 0.05,
                ["batch"] = 1,
                ["random_classes"] = true,
            },
            "olshausen-field" => new JsonObject
            {
                ["model"] = "sparse-coding",
                ["units"] = 144,
                ["dictionary"] = "online",
                ["code_solver"] = "descent",
                ["inits"] = 1,
                ["batch"] = 100,
                ["steps"] = 2000,
            },
            _ => throw new InvalidSettingException("Preset", name, InvalidSettingException.OneOf(Names)),
        };
        if (sites is int n && name == "ingrosso-goldt")
            settings["steps"] = 1000L * n;
        return settings;
    }
}
