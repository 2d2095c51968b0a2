using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TorchRf;

/// <summary>
/// Declares a setting on its property, once for all who ask: its name in run.json and plans is the property's in snake_case, its option the same with
/// dashes, its default the property's in a new record, and numbers have a range.
/// </summary>
/// <param name="symbol">What stands for its value in a help text ("g"). For a text, the values there are, "surface|shell"; others are refused unless <see cref="Words"/> says otherwise.</param>
/// <param name="help">What it is, without its default and without a full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string symbol, string help) : Attribute
{
    /// <summary>A setting whose values are named by its type.</summary>
    /// <param name="help">What it is.</param>
    public SettingAttribute(string help) : this("", help)
    {
    }

    /// <summary>What stands for its value in a help text.</summary>
    public string Symbol => symbol;

    /// <summary>What it is.</summary>
    public string Help => help;

    /// <summary>Its option, where that is not its name.</summary>
    public string? Option { get; init; }

    /// <summary>Other names of its option, separated by commas, that users of other programs know for the same thing.</summary>
    public string Aliases { get; init; } = "";

    /// <summary>The default in words, where the value does not speak for itself.</summary>
    public string? Default { get; init; }

    /// <summary>What is allowed in words, where the symbol does not say it and the record itself checks it.</summary>
    public string? Words { get; init; }

    /// <summary>The smallest number allowed.</summary>
    public double From { get; init; } = double.NegativeInfinity;

    /// <summary>The largest number allowed.</summary>
    public double To { get; init; } = double.PositiveInfinity;

    /// <summary>What a number must be above.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>What a number must be below.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>Whether it names a file, or several.</summary>
    public bool IsFile { get; init; }

    /// <summary>What earlier versions called its values, "old=new" separated by commas: read still, and what runs of such values are known by.</summary>
    public string Former { get; init; } = "";

    /// <summary>The value that its option has where none is given, of one of several words; null where one must be. What is true or false is true.</summary>
    public string? Bare { get; init; }
}

/// <summary>A setting that a <see cref="SettingAttribute"/> declares.</summary>
public sealed class Setting
{
    private readonly SettingAttribute declared;
    private readonly Func<object, object?> value;
    private readonly Type element;
    private readonly bool isList;
    private readonly object? standard;

    private Setting(PropertyInfo property, SettingAttribute declared, object defaults)
    {
        this.declared = declared;
        (Name, value, standard) = (property.Name, property.GetValue, property.GetValue(defaults));
        Key = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(Name);
        isList = property.PropertyType.IsGenericType && property.PropertyType.IsAssignableTo(typeof(IEnumerable));
        element = isList ? property.PropertyType.GetGenericArguments()[0] : Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        Choices = element.IsEnum ? [.. Enum.GetValues(element).Cast<object>().Select(Word)]
            : element == typeof(bool) ? ["true", "false"]
            : element == typeof(string) && declared.Words is null && declared.Symbol.Contains('|', StringComparison.Ordinal) ? declared.Symbol.Split('|')
            : [];
    }

    /// <summary>The settings that a record declares, in the order of its properties: its own first, then those of what it is derived from.</summary>
    /// <param name="defaults">A new one.</param>
    public static IReadOnlyList<Setting> Of(object defaults) =>
    [
        .. defaults.GetType().GetProperties().Select(p => (Property: p, Declared: p.GetCustomAttribute<SettingAttribute>()))
            .Where(p => p.Declared is not null).Select(p => new Setting(p.Property, p.Declared!, defaults)),
    ];

    /// <summary>Checks all settings of a record against what they declare. What depends on several of them, the record itself checks.</summary>
    /// <exception cref="InvalidSettingException">One is not allowed.</exception>
    public static void Check(object settings)
    {
        foreach (var setting in Of(settings))
            setting.Require(setting.value(settings));
    }

    /// <summary>The property's name.</summary>
    public string Name { get; }

    /// <summary>What run.json and plans call it.</summary>
    public string Key { get; }

    /// <summary>What a command line calls it, without dashes before it.</summary>
    public string Option => declared.Option ?? Key.Replace('_', '-');

    /// <summary>Other names of its option, as other programs have it for the same thing.</summary>
    public IReadOnlyList<string> Aliases => declared.Aliases.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether it is set or not, and needs no value to say so.</summary>
    public bool IsFlag => !isList && (element == typeof(bool) || declared.Bare is not null);

    /// <summary>The values there are; empty for numbers and for texts of any kind.</summary>
    public IReadOnlyList<string> Choices { get; }

    /// <summary>What stands for its value in a help text.</summary>
    public string Symbol => Choices.Count > 0 ? string.Join('|', Choices) : declared.Symbol;

    /// <summary>What it is and its default ("NLGP: gain [3].").</summary>
    public string Help => $"{declared.Help} [{declared.Default ?? (isList ? string.Join(',', ((IEnumerable)standard!).Cast<object>().Select(Word)) : Word(standard))}].";

    /// <summary>Whether it names a file, or several.</summary>
    public bool IsFile => declared.IsFile;

    /// <summary>The words of earlier versions for its values, and today's.</summary>
    public IEnumerable<(string Old, string New)> Former => declared.Former.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Select(pair => (pair[0], pair[1]));

    /// <summary>Whether it has several values.</summary>
    public bool IsList => isList;

    /// <summary>Whether it is a number, or a list of them.</summary>
    public bool IsNumber => IsWhole || (declared.Words is null && element == typeof(double));

    /// <summary>Whether its numbers are whole.</summary>
    public bool IsWhole => declared.Words is null && (element == typeof(int) || element == typeof(long) || element == typeof(ulong));

    /// <summary>The numbers that it lies between, some of which may themselves be out of the range; infinite where none are declared.</summary>
    public (double Least, double Most) Range => (Math.Max(declared.From, declared.Above), Math.Min(declared.To, declared.Below));

    /// <summary>What a text asks for, as run.json has it: values of a list are separated by commas, or by line ends, and files are named from the current folder. A comma in the name of a file that is there separates nothing.</summary>
    /// <exception cref="InvalidSettingException">It is no such value, or not in the range.</exception>
    public JsonNode Parse(string text)
    {
        if (!isList)
            return One(text, text);
        // A list of numbers is shown whole, so that it can be told from two options.
        var parts = text.Split('\n').SelectMany(line => IsFile && Path.Exists(line) ? [line] : line.Split(','));
        return new JsonArray([.. parts.Select(part => One(part, element == typeof(double) ? text : part))]);
    }

    private JsonNode One(string text, string shown)
    {
        if (IsFile)
            return text.Trim().Length > 0 ? Path.GetFullPath(text.Trim()) : throw new InvalidSettingException(Name, text, "the name of a file");
        if (IsWhole)
        {
            var (least, most) = Whole();
            bool isWhole = decimal.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole);
            InvalidSettingException.Require(isWhole && whole >= least && whole <= most, Name, shown, Allowed);
            return JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture))!;
        }
        if (element == typeof(double))
        {
            InvalidSettingException.Require(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number), Name, shown,
                isList ? "finite numbers separated by commas" : "a finite number");
            Require(number);
            return number;
        }
        var word = text.ToLowerInvariant();
        word = Former.Where(f => f.Old == word).Select(f => f.New).FirstOrDefault(word);
        // A flag of several words is on and off as others are.
        if (declared.Bare is not null)
            word = word switch { "true" => declared.Bare, "false" => Word(standard), _ => word };
        InvalidSettingException.Require(Choices.Count == 0 || Choices.Contains(word), Name, shown, Allowed);
        return element == typeof(bool) ? word == "true" : word;
    }

    // A list's values are of a kind and range each; what they are together the record checks, and says it better.
    private void Require(object? value)
    {
        bool holds = isList || declared.Words is not null || value switch
        {
            double number => double.IsFinite(number) && InRange(number),
            Enum or bool or string => Choices.Count == 0 || Choices.Contains(Word(value)),
            IConvertible whole when IsWhole => InRange(whole.ToDouble(CultureInfo.InvariantCulture)),
            _ => true,
        };
        InvalidSettingException.Require(holds, Name, value, Allowed);
    }

    private bool InRange(double number) => number >= declared.From && number <= declared.To && number > declared.Above && number < declared.Below;

    private (decimal Least, decimal Most) Whole()
    {
        var (least, most) = element == typeof(int) ? (int.MinValue, int.MaxValue) : element == typeof(long) ? (long.MinValue, long.MaxValue) : (0m, ulong.MaxValue);
        return (double.IsFinite(declared.From) ? (decimal)declared.From : least, double.IsFinite(declared.To) ? (decimal)declared.To : most);
    }

    // What is allowed, to follow "it must be".
    private string Allowed
    {
        get
        {
            if (declared.Words is not null)
                return declared.Words;
            if (Choices.Count > 0)
                return InvalidSettingException.OneOf(Choices);
            if (IsWhole)
                return string.Create(CultureInfo.InvariantCulture, $"a whole number from {Whole().Least} to {Whole().Most}");
            if (double.IsFinite(declared.Below))
                return $"a number above {Short(declared.Above)} and below {Short(declared.Below)}";
            return double.IsFinite(declared.Above) ? $"a finite number above {Short(declared.Above)}"
                : double.IsFinite(declared.From) ? $"a number from {Short(declared.From)} to {Short(declared.To)}" : "a finite number";
        }
    }

    private static string Short(double number) => number.ToString(Math.Abs(number) is > 1e15 or (> 0 and < 1e-5) ? "0.###e0" : "0.######", CultureInfo.InvariantCulture);

    /// <summary>A value as options and run.json have it.</summary>
    internal static string Word(object? value) => value switch
    {
        Enum of => of.GetType().GetField($"{of}")?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName($"{of}"),
        bool truth => truth ? "true" : "false",
        double number => Short(number),
        IFormattable whole => whole.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };
}
