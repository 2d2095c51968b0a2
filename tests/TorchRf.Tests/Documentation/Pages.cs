using System.Text;
using System.Text.RegularExpressions;

namespace TorchRf.Tests.Documentation;

/// <summary>The pages that people read, and what stands on them.</summary>
internal static partial class Pages
{
    /// <summary>README.md and those in docs, by their paths below the repository's root.</summary>
    internal static string[] Told { get; } = ["README.md", .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md").Select(file => "docs/" + Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>All others whose links a reader follows.</summary>
    internal static string[] Others { get; } = ["CHANGELOG.md", "checkpoints/README.md", "experiments/REPRODUCTION.md", "experiments/data/README.md", "tests/TorchRf.Benchmarks/RESULTS.md"];

    internal static string Text(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    /// <summary>The command lines in the fenced blocks of a page, without the prompt, comments and the program's name, in their order.</summary>
    internal static IEnumerable<string> Commands(string page) =>
        from block in Block().Matches(Text(page))
        from command in Command().Matches(block.Groups["text"].Value)
        select Comment().Replace(Continued().Replace(command.Groups["words"].Value, " "), "").Trim();

    /// <summary>Those within its sentences.</summary>
    internal static IEnumerable<string> CommandsInText(string page) => InText(page).Select(code => NamedCommand().Match(code)).Where(code => code.Success).Select(code => code.Groups["words"].Value);

    /// <summary>The names of options within its sentences.</summary>
    internal static IEnumerable<string> OptionsInText(string page) => InText(page).SelectMany(code => Option().Matches(code)).Select(option => option.Value);

    /// <summary>The files that a page shows: "This is `name.json`:" and a block.</summary>
    internal static IEnumerable<(string Name, string Text)> Files(string page) => ShownFile().Matches(Text(page)).Select(file => (file.Groups["name"].Value, file.Groups["text"].Value));

    /// <summary>Where its links go that lead to no other machine, pictures among them.</summary>
    internal static IEnumerable<string> Links(string page) =>
        Link().Matches(Code().Replace(Block().Replace(Text(page), ""), "")).Select(link => link.Groups["to"].Value).Where(to => !to.Contains("://", StringComparison.Ordinal));

    /// <summary>What its headings are called in links, as GitHub does it.</summary>
    internal static HashSet<string> Anchors(string page)
    {
        var anchors = new HashSet<string>();
        foreach (Match heading in Heading().Matches(Block().Replace(Text(page), "")))
        {
            var name = new StringBuilder();
            foreach (char c in heading.Groups["text"].Value.Trim().ToLowerInvariant())
                name.Append(c == ' ' ? "-" : char.IsLetterOrDigit(c) || c is '-' or '_' ? c : "");
            string anchor = name.ToString();
            for (int again = 1; !anchors.Add(anchor); again++)
                anchor = $"{name}-{again}";
        }
        return anchors;
    }

    private static IEnumerable<string> InText(string page) => Code().Matches(Block().Replace(Text(page), "")).Select(code => code.Groups["text"].Value);

    [GeneratedRegex(@"^```\w*\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    // Up to the end of its line, or of the line that it goes on in.
    [GeneratedRegex(@"^(\$ )?\./torchrf (?<words>(\\\n|[^\n])*)", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex(@"^(\./)?torchrf (?<words>.+)")]
    private static partial Regex NamedCommand();

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"\s+#.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"`(?<text>[^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<![\w-])--[a-z][a-z0-9-]*")]
    private static partial Regex Option();

    [GeneratedRegex(@"`(?<name>[\w.-]+)`:\n\n```json\n(?<text>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex ShownFile();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
