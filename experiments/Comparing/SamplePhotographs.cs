using TorchRf.Data;

namespace TorchRf.Experiments.Comparing;

/// <summary>The two photographs that come with the program, used when a user names none.</summary>
public static class SamplePhotographs
{
    /// <summary>Their files.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [.. new[] { "ascent.pgm", "face.pgm" }.Select(name => Path.Combine(AppContext.BaseDirectory, "data", name))];

    /// <summary>The settings with the sample photographs filled in where photographs are needed and none are named.</summary>
    public static DataSettings Where(DataSettings settings) =>
        settings is PhotographSettings { Photos.Count: 0 } photographs ? photographs with { Photos = Files } : settings;
}
