using System.Text;
using System.Text.RegularExpressions;

namespace TorchRf.Tests;

/// <summary>
/// Damages texts (JSON, the dict of a .npy header) token by token, so that most of them still parse and say something else: what a reader must check
/// is seldom met by flipping bits.
/// </summary>
internal static partial class TokenMutants
{
    private static readonly string[] Numbers =
    [
        "-1", "0", "-0", "00", "1", "2", "3", "0.5", "1e3", "1e308", "-1e308", "1e309", "1e-320", "1e99999999999", "2147483647", "2147483648", "-2147483649",
        "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808", "18446744073709551615", "99999999999999999999999", "2000000000",
        "NaN", "Infinity", "-Infinity", "0x10", "1_000", "+1", "1.", ".5", "\"3\"", "\"\"", "\"NaN\"",
    ];

    private static readonly string[] Texts =
    [
        "\"\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\n\\u001b[31m\"", "\"\\u2028\"", "\"\uFEFF\"", "\"\0\"", "\"F64\"", "\"BOOL\"",
        "\"U8\"", "\"F8_E4M3\"", "\"F32\"", "\"I64\"", "\"C64\"", "\"__metadata__\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"schema\"", "\"settings\"",
        "\"relu\"", "\"photo\"", "\"file\"", "\"patches\"", "\"pulse\"", "\"block\"", "\"norta\"", "\"kur\"", "\"cuda:99999999999\"", "\"/\"", "\"/dev/null\"",
        "'<f8'", "'|b1'", "'>i8'", "'|O'", "'shape'", "'descr'", "\"" + new string('n', 3000) + "\"", "'" + new string('n', 3000) + "'", "\"open", "3", "true",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "True", "False", "None", "{}", "[]", "()", "[[]]", "[null]", "[1,2,3]", "[1e308,1e-308]", "(1,)", "{\"a\":1}", "NaN", "\"text\"", "-1", "1e400",
        "/**/", ",", ":", "\uFEFF", "\0", new string('[', 5000) + new string(']', 5000), string.Concat(Enumerable.Repeat("{\"a\":", 3000)) + "1" + new string('}', 3000),
        "[" + string.Join(",", Enumerable.Repeat("1", 70)) + "]", "[" + string.Join(",", Enumerable.Repeat("0.7", 3000)) + "]",
    ];

    /// <summary>Texts, as UTF-8, with one or two damages each.</summary>
    public static IEnumerable<byte[]> Of(string whole, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var tokens = Token().Matches(whole).Select(match => match.Value).ToList();
            for (var damage = random.Next(1, 3); damage > 0; damage--)
                Damage(tokens, random);
            yield return Encoding.UTF8.GetBytes(string.Concat(tokens));
        }
    }

    private static void Damage(List<string> tokens, Random random)
    {
        var at = random.Next(tokens.Count);
        switch (random.Next(10))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[random.Next(tokens.Count)]);
                break;
            case 2:
                tokens.Insert(at, Any(Values, random));
                break;
            case 3:
                var other = random.Next(tokens.Count);
                (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                break;
            case 4:
                RepeatAProperty(tokens, random);
                break;
            case 5:
                SwapTwoOfAKind(tokens, random);
                break;
            case 6:
                Replace(tokens, IsText, Any(Texts, random), random);
                break;
            case 7:
                Replace(tokens, token => IsNumber(token) || IsText(token), Any(Values, random), random);
                break;
            default:
                Replace(tokens, IsNumber, Any(Numbers, random), random);
                break;
        }

        // Nothing is left to be damaged where the only token is gone.
        if (tokens.Count == 0)
            tokens.Add(" ");
    }

    private static void RepeatAProperty(List<string> tokens, Random random)
    {
        var colons = Where(tokens, token => token == ":");
        if (colons.Count == 0 || Any(colons, random) is var colon && (colon == 0 || colon + 1 == tokens.Count))
            return;
        string[] property = [tokens[colon - 1], ":", tokens[colon + 1], ","];
        tokens.InsertRange(colon - 1, random.Next(2) == 0 ? property : [property[0], ":", Any(Numbers, random), ","]);
    }

    private static void SwapTwoOfAKind(List<string> tokens, Random random)
    {
        var kind = Where(tokens, random.Next(2) == 0 ? IsText : IsNumber);
        if (kind.Count > 0)
        {
            var (one, two) = (Any(kind, random), Any(kind, random));
            (tokens[one], tokens[two]) = (tokens[two], tokens[one]);
        }
    }

    private static void Replace(List<string> tokens, Func<string, bool> which, string by, Random random)
    {
        if (Where(tokens, which) is { Count: > 0 } found)
            tokens[Any(found, random)] = by;
    }

    private static List<int> Where(List<string> tokens, Func<string, bool> which) => [.. Enumerable.Range(0, tokens.Count).Where(i => which(tokens[i]))];

    private static T Any<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];

    private static bool IsText(string token) => token[0] is '"' or '\'';

    private static bool IsNumber(string token) => token[0] == '-' || char.IsAsciiDigit(token[0]);

    [GeneratedRegex("""("(?:[^"\\]|\\.)*")|('[^']*')|(-?[0-9][0-9.eE+-]*)|[A-Za-z_]+|\s+|.""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
