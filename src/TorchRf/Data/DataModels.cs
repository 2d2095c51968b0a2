using System.Collections.Immutable;

namespace TorchRf.Data;

/// <summary>The data models by the names that users give them. A new one takes its own file, with its settings, and one line here.</summary>
public sealed class DataModels
{
    private DataModels(ImmutableList<DataSettings> settings) => Settings = settings;

    /// <summary>Those that the program knows.</summary>
    public static DataModels All { get; } = new DataModels([])
        .With<IsingSettings>()
        .With<Phi4Settings>()
        .With<NlgpSettings>()
        .With<KurSettings>()
        .With<GaussianSettings>()
        .With<NortaSettings>()
        .With<StudentTSettings>()
        .With<EllipticalSettings>()
        .With<BrokenSymmetrySettings>()
        .With<AdjustedSettings>()
        .With<PulseSettings>()
        .With<BlockSettings>()
        .With<PatchesSettings>()
        .With<PhotoSettings>()
        .With<FileSettings>();

    /// <summary>The default settings of each.</summary>
    public ImmutableList<DataSettings> Settings { get; }

    /// <summary>What data there are.</summary>
    public IEnumerable<string> Names => Settings.Select(s => s.Name);

    /// <summary>The default settings of the data of that name.</summary>
    /// <exception cref="InvalidSettingException">There are none.</exception>
    public DataSettings this[string name] => Settings.Find(s => s.Name == name) ?? throw new InvalidSettingException("Data", name, InvalidSettingException.OneOf(Names));

    /// <summary>These and one more.</summary>
    /// <typeparam name="T">Its settings, whose properties get options and names in run.json (<see cref="SettingAttribute"/>).</typeparam>
    /// <exception cref="ArgumentException">Its name is taken, empty or not in lower case.</exception>
    public DataModels With<T>() where T : DataSettings, new()
    {
        var settings = new T();
        if (settings.Name.Length == 0 || settings.Name.Any(char.IsUpper) || Names.Contains(settings.Name))
            throw new ArgumentException($"A data model needs a name in lower case that no other has, not '{settings.Name}'.");
        return new DataModels(Settings.Add(settings));
    }
}
