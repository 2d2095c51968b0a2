using System.Text.Json.Nodes;

namespace TorchRf.Runs;

/// <summary>Settings of the papers, by name: what of a run each of them fixes, as JSON that other settings are put over.</summary>
public static class Presets
{
    /// <summary>What they are called.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ingrosso-goldt", "olshausen-field"];

    /// <summary>What those of pruning are called.</summary>
    public static IReadOnlyList<string> OfPruning { get; } = ["pellegrini-biroli", "redman"];

    /// <summary>
    /// Model and training of a paper; the data are the user's. "ingrosso-goldt" (Ingrosso and Goldt 2022, as their code has it): 8 erf units of x / sqrt(N), their mean against +1 on class 0 and -1
    /// on class 1, biases trained from +1 and -1, weights from 0.1 times a standard normal; one example a step, rate 0.05 a unit, biases N times slower, time N steps, up to 1000. "olshausen-field" (Olshausen and Field 1996, as far as it is known here): 144 atoms of unit length, which learn online from
    /// codes under |a| to a duality gap, 100 examples a step. "pellegrini-biroli" (Pellegrini and Biroli 2022, as their code has it): three hidden layers of 1024 units, 100 000 steps of 1000 examples,
    /// weights that go back to step 1000, and rounds until a layer is disconnected; hours a round on a CPU. "redman" (Redman, Wang, Ingrosso and Goldt 2024, as their code has it): two layers of 1024, 5000 steps of 40 examples.
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
            "pellegrini-biroli" => new JsonObject
            {
                ["hidden"] = new JsonArray(1024, 1024, 1024),
                ["rounds"] = 20,
                ["fraction"] = 0.3,
                ["steps"] = 100_000,
                ["batch"] = 1000,
                ["lr"] = 0.1,
                ["rewind"] = 1000,
            },
            "redman" => new JsonObject
            {
                ["hidden"] = new JsonArray(1024, 1024),
                ["rounds"] = 22,
                ["fraction"] = 0.3,
                ["steps"] = 5000,
                ["batch"] = 40,
                ["lr"] = 0.1,
                ["rewind"] = 1000,
            },
            _ => throw new InvalidSettingException("Preset", name, InvalidSettingException.OneOf(Names)),
        };
        if (sites is int n && name == "ingrosso-goldt")
            settings["steps"] = 1000L * n;
        return settings;
    }
}
