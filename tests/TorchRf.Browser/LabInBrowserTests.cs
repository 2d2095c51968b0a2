using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace TorchRf.Tests.Browser;

/// <summary>The lab as a person has it: the program started, its address opened, and all by role and label.</summary>
public sealed partial class LabInBrowserTests : IDisposable
{
    // Small, so that a training takes seconds.
    private const string Small = "#data=nlgp&sites=20&inits=3&steps=60&batch=200";

    private readonly TemporaryFolder folder = new();
    private Process program = null!;
    private Uri lab = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Torchrf.Do(folder.Path, "train --data nlgp --sites 12 --steps 40 --inits 2 --batch 100 --threads 1");
        program = Torchrf.Start(folder.Path, "lab", "--no-browser", "--threads", "1");
        program.BeginErrorReadLine();
        var said = await program.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMilliseconds(Chromium.Patience));
        lab = new Uri(Address().Match(said ?? "").Value);
    }

    [OneTimeTearDown]
    public void End()
    {
        program.Kill(entireProcessTree: true);
        program.WaitForExit();
    }

    public void Dispose()
    {
        program?.Dispose();
        folder.Dispose();
    }

    private Task<WatchedTab> Open(string link, int width = 1280, ColorScheme scheme = ColorScheme.Light, ReducedMotion motion = ReducedMotion.NoPreference) => WatchedTab.Open(new Uri(lab, link), width, scheme, motion);

    private static ILocator Button(WatchedTab tab, string name) => tab.Page.GetByRole(AriaRole.Form, new() { Name = "Settings" }).GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static Task<string> Command(WatchedTab tab) => tab.Page.Locator("#command").InputValueAsync();

    private static async Task Trained(WatchedTab tab) => await Assertions.Expect(tab.Page.Locator("#status")).ToHaveTextAsync(new Regex("^Done"));

    [Test]
    public async Task A_slider_changes_pictures_the_command_and_the_link()
    {
        await using var tab = await Open("#data=nlgp");
        var (marginal, command) = (tab.Page.Locator("#marginal"), tab.Page.Locator("#command"));
        await Assertions.Expect(command).ToHaveValueAsync("torchrf compare --data nlgp --threads 1");
        await Assertions.Expect(tab.Page.Locator("#law")).ToContainTextAsync("g = 3");
        string before = await WatchedTab.Look(marginal);

        var slider = tab.Page.GetByRole(AriaRole.Slider, new() { NameRegex = Gain() });
        await slider.FocusAsync();
        for (int i = 0; i < 15; i++)
            await tab.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(tab.Page.Locator("#law")).Not.ToContainTextAsync("g = 3,");
        await Assertions.Expect(command).ToHaveValueAsync(new Regex("^torchrf compare --data nlgp --gain [0-9.]+ --threads 1$"));
        await WatchedTab.Changed(marginal, before);

        // What is shown can be had again by its link, by whoever opens it.
        await using var other = await WatchedTab.Open(new Uri(tab.Page.Url));
        await Assertions.Expect(other.Page.Locator("#command")).ToHaveValueAsync(await Command(tab));
        Assert.That(tab.Wrong.Concat(other.Wrong), Is.Empty);
    }

    [Test]
    public async Task A_training_finds_what_its_command_line_finds()
    {
        await using var tab = await Open(Small);
        var fields = tab.Page.Locator("#fields");
        string before = await WatchedTab.Look(fields);
        // From the top of the page by the keyboard alone.
        var button = Button(tab, "Train");
        for (int i = 0; i < 20 && !await button.EvaluateAsync<bool>("b => b === document.activeElement"); i++)
            await tab.Page.Keyboard.PressAsync("Tab");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Trained(tab);
        await WatchedTab.Changed(fields, before);
        await tab.Keep("lab-trained");

        var line = await Command(tab);
        Assert.That(line, Does.StartWith("torchrf compare --data nlgp").And.Contain("--steps 60"));
        var printed = JsonNode.Parse(Torchrf.Do(folder.Path, line["torchrf ".Length..] + " --json"))!;
        Assert.That(await tab.Page.Locator("#verdict").TextContentAsync(), Is.EqualTo((string?)printed["summary"]));
        double ipr = (double)printed["snapshots"]!.AsArray()[^1]!["ipr"]!["trained"]!["mean"]!;
        await Assertions.Expect(fields).ToHaveAttributeAsync("aria-label", new Regex(Regex.Escape(FormattableString.Invariant($"step 60, mean IPR {ipr:0.000}"))));
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task Stop_ends_a_training_and_two_tabs_do_not_disturb_each_other()
    {
        await using var tab = await Open(Small);
        await using var other = await Open(Small.Replace("steps=60", "steps=100000", StringComparison.Ordinal));
        await Button(other, "Train").ClickAsync();
        await Assertions.Expect(other.Page.Locator("#status")).ToHaveTextAsync(new Regex("^Step"));
        await Button(tab, "Train").ClickAsync();
        await Trained(tab);
        await Assertions.Expect(other.Page.Locator("#status")).ToHaveTextAsync(new Regex("^Step"));
        await Button(other, "Stop").ClickAsync();
        await Assertions.Expect(other.Page.Locator("#status")).ToHaveTextAsync("Stopped.");
        await Assertions.Expect(Button(other, "Train")).ToBeEnabledAsync();
        Assert.That(tab.Wrong.Concat(other.Wrong), Is.Empty);
    }

    [Test]
    public async Task Another_law_leaves_the_former_ones_settings_behind()
    {
        await using var tab = await Open("#data=nlgp&gain=2&sites=20");
        await tab.Page.GetByLabel("law of the examples", new() { Exact = true }).SelectOptionAsync("ising");
        await Assertions.Expect(tab.Page.Locator("#command")).ToHaveValueAsync("torchrf compare --sites 20 --threads 1");
        await Assertions.Expect(tab.Page.Locator("#others")).ToBeEmptyAsync();
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task What_is_told_belongs_to_the_settings_it_was_asked_for()
    {
        await using var tab = await Open(Small);
        var (gain, command, expected, older) = (tab.Page.Locator("#setting-gain-0"), tab.Page.Locator("#command"), tab.Page.Locator("#expected"), tab.Page.Locator("#older"));
        var released = new TaskCompletionSource();
        await tab.Page.RouteAsync("**/training", async route =>
        {
            await released.Task;
            await route.ContinueAsync();
        });
        await Button(tab, "Train").ClickAsync();
        await Button(tab, "What to expect?").ClickAsync();
        await Assertions.Expect(expected).ToContainTextAsync("Expected: ");
        await gain.FillAsync("0.3");
        await Assertions.Expect(expected).ToBeEmptyAsync();
        await Assertions.Expect(command).ToHaveValueAsync(new Regex("--gain 0.3 "));
        released.SetResult();
        await Trained(tab);
        await Assertions.Expect(older).ToBeVisibleAsync();
        await Assertions.Expect(command).ToHaveValueAsync(new Regex("--gain 0.3 "));
        // What is expected and what was found stand beside each other.
        await Button(tab, "What to expect?").ClickAsync();
        await Assertions.Expect(expected).ToContainTextAsync("Expected: ");
        await Assertions.Expect(tab.Page.Locator("#verdict")).Not.ToBeEmptyAsync();
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task A_training_that_breaks_off_says_so_after_its_last_frame()
    {
        await using var tab = await Open(Small);
        await tab.Page.RouteAsync("**/training", route => route.FulfillAsync(new() { ContentType = "text/event-stream", Body = """
            event: begin
            data: {"steps": 60, "side": 2, "dimensions": 1, "fields": 1, "localized_above": 0.5}

            event: frame
            data: {"step": 30, "snapshot": true, "losses": [[30, 0.1]], "ipr": 0.25, "trained": "AACAPwAAgD8="}


            """ }));
        await Button(tab, "Train").ClickAsync();
        await Assertions.Expect(tab.Page.Locator("#refusal")).ToContainTextAsync("before the training came to its end");
        await tab.Page.EvaluateAsync("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        await Assertions.Expect(tab.Page.Locator("#fields")).ToHaveAttributeAsync("aria-label", new Regex("step 30"));
        Assert.That(await tab.Page.Locator("#status").TextContentAsync(), Is.EqualTo("Not trained."));
    }

    [Test]
    public async Task What_is_refused_is_said_in_words()
    {
        await using var tab = await Open("#data=nlgp");
        await tab.Page.Locator("#setting-gain-0").FillAsync("-1");
        await Assertions.Expect(tab.Page.Locator("#refusal")).ToContainTextAsync("gain");
        // The browser itself notes that an answer was a refusal.
        Assert.That(tab.Wrong, Has.All.Contains("400"));
        await using var inexact = await Open("#data=nlgp&seed=9007199254740993");
        await Assertions.Expect(inexact.Page.Locator("#refusal")).ToContainTextAsync("seed is beyond 9007199254740991");
    }

    [Test]
    public async Task The_phase_diagram_says_where_the_data_lie_and_can_be_stopped()
    {
        await using var tab = await Open(Small);
        var map = tab.Page.Locator("#phases");
        await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Draw the phase diagram" }).ClickAsync();
        await Assertions.Expect(tab.Page.Locator("#place")).ToContainTextAsync("Your data: localized");
        string before = await WatchedTab.Look(map);
        await WatchedTab.Changed(map, before);
        await tab.Keep("lab-phases");
        await tab.Page.Locator("#stop-map").ClickAsync();
        await Assertions.Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Draw the phase diagram" })).ToBeEnabledAsync();
        Assert.That(tab.Wrong, Is.Empty);
    }

    [Test]
    public async Task Own_data_get_the_verdict_of_analyze()
    {
        var random = new Random(1);
        File.WriteAllLines(folder["mine.csv"], Enumerable.Range(0, 2000).Select(_ => string.Join(',', Enumerable.Range(0, 8).Select(_ => random.NextDouble().ToString("0.000", CultureInfo.InvariantCulture)))));
        await using var tab = await Open("");
        await tab.Page.Locator("#own-file").SetInputFilesAsync(folder["mine.csv"]);
        var found = JsonNode.Parse(Torchrf.Do(folder.Path, "analyze mine.csv --json"))!;
        await Assertions.Expect(tab.Page.Locator("#own-verdict")).ToHaveTextAsync((string)found["verdict"]!);
        Assert.That(await tab.Page.Locator("#own-reasons").TextContentAsync(), Does.Contain((string)found["reasons"]![0]!));
        await tab.Keep("lab-own");
        Assert.That(tab.Wrong, Is.Empty);

        // Of one that cannot be read nothing is shown, of the one before neither.
        File.WriteAllText(folder["empty.csv"], "");
        await tab.Page.Locator("#own-file").SetInputFilesAsync(folder["empty.csv"]);
        await Assertions.Expect(tab.Page.Locator("#own-refusal")).ToContainTextAsync("empty.csv");
        await Assertions.Expect(tab.Page.Locator("#own-pictures")).ToBeHiddenAsync();
        await Assertions.Expect(tab.Page.Locator("#own-reasons")).ToBeEmptyAsync();
        Assert.That(await tab.Page.EvaluateAsync<bool>("""
            () => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File(['1'], 'a.csv'));
              return document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
            }
            """), Is.False, "a file beside the box does not replace the page");
    }

    [Test]
    public async Task A_run_is_found_opened_and_gone_through()
    {
        await using var tab = await Open("");
        await tab.Page.Locator("#filter").FillAsync("train nlgp");
        var opener = tab.Page.Locator("#runs-body").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^train-nlgp") });
        await opener.PressAsync("Enter");
        await Assertions.Expect(tab.Page.Locator("#run-title")).ToBeFocusedAsync();
        await Assertions.Expect(tab.Page.Locator("#command")).ToHaveValueAsync(new Regex("--sites 12"));
        var picture = tab.Page.Locator("#run-picture");
        string last = await WatchedTab.Look(picture);
        await tab.Keep("lab-run");
        await tab.Page.Locator("#snapshot").PressAsync("Home");
        await Assertions.Expect(tab.Page.Locator("#snapshot-label")).ToHaveTextAsync("step 0");
        await WatchedTab.Changed(picture, last);
        await tab.Page.Locator("#filter").FillAsync("no such run");
        await Assertions.Expect(opener).ToHaveCountAsync(0);
        Assert.That(tab.Wrong, Is.Empty);
    }

    [TestCase(1280, ColorScheme.Light)]
    [TestCase(1280, ColorScheme.Dark)]
    [TestCase(390, ColorScheme.Light)]
    [TestCase(390, ColorScheme.Dark)]
    public async Task It_fits_any_screen_in_light_and_in_dark(int width, ColorScheme scheme)
    {
        // Without motion too: whoever wants none sees the snapshots.
        await using var tab = await Open(Small, width, scheme, width == 390 ? ReducedMotion.Reduce : ReducedMotion.NoPreference);
        await Button(tab, "Train").ClickAsync();
        await Trained(tab);
        await tab.Keep($"lab-{width}-{scheme}");
        Assert.That(await tab.Fits());
        Assert.That(await tab.Lightness(), scheme == ColorScheme.Dark ? Is.LessThan(60) : Is.GreaterThan(200));
        // Whatever can be worked has a name to be read out, and can be reached.
        Assert.That(await tab.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('input, select, textarea, button')].filter(e => e.offsetParent && (e.tabIndex < 0 || !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim()))).map(e => e.outerHTML)
            """), Is.Empty);
        Assert.That(tab.Wrong, Is.Empty);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/[0-9a-f]+/")]
    private static partial Regex Address();

    [GeneratedRegex("^gain.*slider$")]
    private static partial Regex Gain();
}
