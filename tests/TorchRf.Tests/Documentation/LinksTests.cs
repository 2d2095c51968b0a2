using System.Collections.Concurrent;

namespace TorchRf.Tests.Documentation;

/// <summary>Links lead somewhere, and every page can be reached.</summary>
public class LinksTests
{
    private static readonly ConcurrentDictionary<string, HashSet<string>> Anchors = new();

    private static string[] All => [.. Pages.Told, .. Pages.Others];

    [TestCaseSource(nameof(All))]
    public void Links_lead_to_what_there_is(string page) => Assert.That(Pages.Links(page).Where(to => !Leads(page, to)), Is.Empty, page);

    [Test]
    public void The_README_leads_to_every_page() =>
        Assert.That(Pages.Links("README.md").Select(to => to.Split('#')[0]), Is.SupersetOf(Pages.Told.Skip(1)));

    [Test]
    public void A_link_that_leads_nowhere_is_found() =>
        Assert.That(new[] { "docs/theory.md", "docs/theory.md#the-closures", "docs/theory.md#the-closure", "docs/theorie.md", "#what-localization-is", "../README.md" }.Select(to => Leads("README.md", to)),
            Is.EqualTo(new[] { true, true, false, false, true, false }));

    private static bool Leads(string from, string to)
    {
        var (path, anchor) = to.IndexOf('#', StringComparison.Ordinal) is >= 0 and int at ? (to[..at], to[(at + 1)..]) : (to, "");
        var target = path.Length == 0 ? from : Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, Path.GetDirectoryName(from)!, path)).Replace('\\', '/');
        var whole = Path.Combine(Repository.Root, target);
        return target.Split('/')[0] != ".." && (File.Exists(whole) || Directory.Exists(whole)) && (anchor.Length == 0 || Anchors.GetOrAdd(target, Pages.Anchors).Contains(anchor));
    }
}
