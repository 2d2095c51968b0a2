using System.Globalization;

namespace TorchRf.Cli.Commands.Checkpoints;

/// <summary>Names of tensors, which can be any text, made into names that any file system takes and keeps apart.</summary>
internal static class ArrayNames
{
    private const int Longest = 100;

    /// <summary>A name for each: letters, digits, '.', '-' and '_' stay, anything else becomes '_'; where two would be the same, they are numbered.</summary>
    internal static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> names)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        // Some file systems take capitals for small letters.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            var safe = string.Concat(name.Take(Longest).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '_'));
            // Hidden files, and the folder above.
            if (safe.Length == 0 || safe[0] == '.')
                safe = "_" + safe;
            var own = safe;
            for (int number = 2; !taken.Add(own); number++)
                own = string.Create(CultureInfo.InvariantCulture, $"{safe}-{number}");
            given[name] = own;
        }
        return given;
    }
}
