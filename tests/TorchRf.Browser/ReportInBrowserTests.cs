using System.Globalization;

namespace TorchRf.Tests.Browser;

/// <summary>The report of figure 5 and of a run, opened from disk.</summary>
public class ReportInBrowserTests
{
    private TemporaryFolder folder = null!;
    private Uri report = null!;

    [OneTimeSetUp]
    public void Write()
    {
        folder = new TemporaryFolder();
        Torchrf.Do(folder.Path, "figure 5 --quick --threads 1 --out figure5");
        Torchrf.Do(folder.Path, "compare --data nlgp --sites 20 --steps 60 --inits 3 --batch 200 --threads 1 --out run");
        Torchrf.Do(folder.Path, "report figure5 run --out report.html");
        report = new Uri(folder["report.html"]);
    }

    [OneTimeTearDown]
    public void Remove() => folder.Dispose();

    [TestCase(1280, ColorScheme.Light)]
    [TestCase(1280, ColorScheme.Dark)]
    [TestCase(390, ColorScheme.Light)]
    [TestCase(390, ColorScheme.Dark)]
    public async Task It_opens_from_disk_and_asks_for_nothing(int width, ColorScheme scheme)
    {
        await using var tab = await WatchedTab.Open(report, width, scheme);
        await tab.Keep($"report-{width}-{scheme}");
        Assert.That(report.Scheme, Is.EqualTo("file"));
        Assert.That(await tab.Page.Locator("svg").CountAsync(), Is.EqualTo(2));
        Assert.That(await tab.Page.GetByText("torchrf figure 5 --quick").IsVisibleAsync());
        Assert.That(await tab.Fits());
        Assert.That(await tab.Lightness(), scheme == ColorScheme.Dark ? Is.LessThan(60) : Is.GreaterThan(200));
        // The typeface is the page's own.
        Assert.That(await tab.Page.EvaluateAsync<bool>("document.fonts.ready.then(() => document.fonts.size > 0 && [...document.fonts].some(f => f.status === 'loaded'))"));
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task The_slider_goes_through_snapshots()
    {
        await using var tab = await WatchedTab.Open(report);
        var (slider, picture) = (tab.Page.GetByRole(AriaRole.Slider, new() { Name = "Snapshot" }), tab.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("^initialisation 1") }));
        string last = await WatchedTab.Look(picture);
        Assert.That(await slider.GetAttributeAsync("aria-valuetext"), Is.EqualTo("step 60"));
        await slider.PressAsync("Home");
        Assert.That(await slider.GetAttributeAsync("aria-valuetext"), Is.EqualTo("step 0"));
        Assert.That(await WatchedTab.Look(picture), Is.Not.EqualTo(last));
        await slider.PressAsync("End");
        Assert.That(await WatchedTab.Look(picture), Is.EqualTo(last));
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task A_table_sorts_by_the_column_that_is_pressed()
    {
        await using var tab = await WatchedTab.Open(report);
        var table = tab.Page.GetByRole(AriaRole.Region, new() { Name = "Measurements" }).GetByRole(AriaRole.Table);
        var heading = table.GetByRole(AriaRole.Button, new() { Name = "mean", Exact = true });
        async Task<double[]> Means() => [.. (await table.Locator("tbody tr td:nth-child(3)").EvaluateAllAsync<string[]>("cells => cells.map(c => c.dataset.v)")).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
        var before = await Means();
        await heading.PressAsync("Enter");
        Assert.That(await Means(), Is.EqualTo(before.Order()).And.Not.EqualTo(before));
        await heading.PressAsync("Enter");
        Assert.That(await Means(), Is.EqualTo(before.OrderDescending()));
        // Words by the alphabet.
        await table.GetByRole(AriaRole.Button, new() { Name = "quantity" }).ClickAsync();
        Assert.That((await table.Locator("tbody tr td:nth-child(2)").First.TextContentAsync())!, Does.StartWith("excess"));
        Assert.That(tab.Wrong, Is.Empty);
    }
}
