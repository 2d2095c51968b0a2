using System.Collections.Concurrent;

[assembly: Parallelizable(ParallelScope.None)]

namespace TorchRf.Tests.Browser;

/// <summary>Debian's Chromium, driven by Playwright, for all tests of this project.</summary>
[SetUpFixture]
public sealed class Chromium
{
    /// <summary>How long is waited for anything, in milliseconds.</summary>
    internal const int Patience = 30_000;

    private static IPlaywright playwright = null!;

    internal static IBrowser Browser { get; private set; } = null!;

    /// <summary>Where pictures of the pages go, for people to look at.</summary>
    internal static string Screenshots { get; } = Path.Combine(Repository.Root, "TestResults", "browser");

    [OneTimeSetUp]
    public async Task Start()
    {
        playwright = await Playwright.CreateAsync();
        // As root it runs only without its sandbox.
        Browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", ChromiumSandbox = Environment.UserName != "root" });
        Assertions.SetDefaultExpectTimeout(Patience);
        Directory.CreateDirectory(Screenshots);
    }

    [OneTimeTearDown]
    public async Task End()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }
}

/// <summary>A tab in which nothing may go wrong and nothing may be loaded from elsewhere: it writes down whatever does.</summary>
/// <param name="page">The tab.</param>
internal sealed class WatchedTab(IPage page) : IAsyncDisposable
{
    // Events come on other threads than tests.
    private readonly ConcurrentQueue<string> wrong = [];

    internal IPage Page => page;

    /// <summary>What the console said of errors, and requests to other places than its own.</summary>
    internal IReadOnlyList<string> Wrong => [.. wrong];

    /// <summary>Opens an address.</summary>
    /// <param name="address">The address, which is that of all that may be loaded.</param>
    /// <param name="width">How wide the tab is, in pixels.</param>
    /// <param name="scheme">Light or dark.</param>
    /// <param name="motion">Whether the system asks for less motion.</param>
    internal static async Task<WatchedTab> Open(Uri address, int width = 1280, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference)
    {
        var context = await Chromium.Browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 }, ColorScheme = scheme, ReducedMotion = motion });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Chromium.Patience);
        var tab = new WatchedTab(page);
        page.Console += (_, said) => tab.Note(said.Type is "error" or "warning", $"{said.Type}: {said.Text}");
        page.PageError += (_, said) => tab.Note(true, said);
        page.Request += (_, asked) => tab.Note(!asked.Url.StartsWith(address.GetLeftPart(UriPartial.Path), StringComparison.Ordinal) && !asked.Url.StartsWith("data:", StringComparison.Ordinal), $"asked for {asked.Url}");
        await page.GotoAsync(address.ToString());
        return tab;
    }

    /// <summary>Whether the page is no wider than the tab.</summary>
    internal async Task<bool> Fits() => await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth");

    /// <summary>How light the page's ground is, from 0 to 255.</summary>
    internal async Task<double> Lightness() => await page.EvaluateAsync<double>("Math.max(...getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).slice(0, 3).map(Number))");

    /// <summary>What an element looks like.</summary>
    internal static async Task<string> Look(ILocator element) => Convert.ToBase64String(await element.ScreenshotAsync());

    /// <summary>Waits until an element looks otherwise, for pages draw when they come to it.</summary>
    internal static async Task Changed(ILocator element, string before)
    {
        for (int i = 0; await Look(element) == before; i++)
        {
            Assert.That(i, Is.LessThan(Chromium.Patience / 200), "it still looks the same");
            await Task.Delay(200);
        }
    }

    /// <summary>Keeps a picture of the page.</summary>
    /// <param name="name">Its name.</param>
    internal async Task Keep(string name) => await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Chromium.Screenshots, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync() => await page.Context.DisposeAsync();

    private void Note(bool isWrong, string said)
    {
        if (isWrong)
            wrong.Enqueue(said);
    }
}
