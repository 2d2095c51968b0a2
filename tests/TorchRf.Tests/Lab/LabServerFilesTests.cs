using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Lab;

/// <summary>What the lab says of files: a person's own data, which it is sent, and runs in one folder, beyond which nothing can be reached.</summary>
public class LabServerFilesTests : LabFixture
{
    [OneTimeSetUp]
    public void Train()
    {
        foreach (var (name, options) in (ReadOnlySpan<(string, string)>)[("first", "compare --sites 12 --lr 0.05"), ("second", "compare --sites 12 --lr 0.02"), ("plane", "train --data gaussian --sites 4x4 --l2 0.01")])
            Torchrf.RunLine(Runs, $"{options} --inits 2 --steps 4 --batch 20 --out {name}").CheckDone();
        Directory.CreateDirectory(Path.Combine(Runs, "broken"));
        File.WriteAllText(Path.Combine(Runs, "broken", "run.json"), "{");
    }

    [Test]
    public async Task Runs_are_listed_and_compared_as_by_the_program()
    {
        JsonArray listed = (await Get("runs"))["runs"]!.AsArray(), told = Torchrf.Do(Runs, "runs . --json").Json["runs"]!.AsArray();
        Assert.That(listed.Select(r => $"{r!["name"]} {r["state"]} {r["ipr"]} {r["loss"]}"), Is.EqualTo(told.Select(r => $"{Path.GetFileName((string)r!["folder"]!)} {r["state"]} {r["ipr"]} {r["loss"]}")));
        var compared = await Get("comparison?name=first&name=second");
        Assert.That(compared["differing"]!.ToJsonString(), Is.EqualTo("[\"lr\"]"));
        Assert.That(compared["runs"]!.AsArray().Select(r => (string?)r!["values"]![0]), Is.EqualTo(new[] { "0.05", "0.02" }));
        foreach (var names in (string[])["name=first", "name=first&name=first"])
            await CheckRefused(await Client.GetAsync("comparison?" + names), 400, "run is first; it must be the names of 2 to 20 runs");
    }

    [TestCase("first", """{"data":"ising","sites":12,"inits":2,"steps":4,"batch":20}""", 12, 0)]
    [TestCase("plane", """{"data":"gaussian","sites":16,"dimensions":2,"inits":2,"steps":4,"batch":20,"l2":0.01}""", 16, 4)]
    public async Task A_run_is_opened_with_what_it_was_asked_and_found(string name, string asked, int sites, int side)
    {
        var run = await Get("run?name=" + name);
        Assert.That(JsonNode.DeepEquals(run["asked"], JsonNode.Parse(asked)), $"{run["asked"]}");
        var results = JsonNode.Parse(File.ReadAllText(Path.Combine(Runs, name, "results.json")))!["snapshots"]!.AsArray();
        Assert.That(run["curves"]!["loss"]!.ToJsonString(), Is.EqualTo(new JsonArray([.. results.Select(s => s!["loss"]!.DeepClone())]).ToJsonString()));
        Assert.That(((int)run["fields"]!["sites"]!, (int)run["fields"]!["side"]!), Is.EqualTo((sites, side)));
    }

    [Test]
    public async Task A_damaged_run_says_so() => Assert.That((string?)(await Get("run?name=broken"))["damage"], Does.Contain("run.json"));

    [TestCase("")]
    [TestCase(".")]
    [TestCase("..")]
    [TestCase("../secret")]
    [TestCase("first/../second")]
    [TestCase("first%2f..%2fsecond")]
    [TestCase("{0}")]
    [TestCase("{0}/first")]
    [TestCase("link", Description = "a folder elsewhere")]
    [TestCase("hidden", Description = "a folder whose file is elsewhere")]
    [TestCase("first%00")]
    public async Task What_is_no_run_of_the_folder_cannot_be_reached(string name)
    {
        if (!OperatingSystem.IsWindows() && !Directory.Exists(Path.Combine(Runs, "hidden")))
        {
            Directory.CreateSymbolicLink(Path.Combine(Runs, "link"), Folder);
            File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Path.Combine(Runs, "hidden")).FullName, "run.json"), Path.Combine(Runs, "first", "run.json"));
        }
        File.Copy(Path.Combine(Runs, "first", "run.json"), InFolder("run.json"));
        await CheckRefused(await Client.GetAsync("run?name=" + name.Replace("{0}", Runs)), 404, "there is no run of the name '" + Uri.UnescapeDataString(name.Replace("{0}", Runs)) + "' in ");
        Assert.That((await Get("runs"))["runs"]!.AsArray().Select(r => (string?)r!["name"]), Is.EquivalentTo(new[] { "first", "second", "plane", "broken" }));
    }

    [TestCase("a.csv")]
    [TestCase("a.csv", "b.csv")]
    public async Task Own_data_are_analyzed_as_by_the_program(params string[] names)
    {
        foreach (var (seed, name) in names.Index())
            Save(name, Table(new Random(seed), 300, 6));
        using var answer = await Client.PostAsync("analysis", Form([.. names.Select(name => (name, File.ReadAllBytes(InFolder(name))))]));
        var found = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        string line = (string)found["command"]!;
        Assert.That(line, Is.EqualTo("torchrf analyze " + string.Join(" --class1 ", names)));
        var printed = Torchrf.Do(Folder, line["torchrf ".Length..] + " --json").Json;
        found.AsObject().Remove("command");
        printed.AsObject().Remove("files");
        Assert.That(JsonNode.DeepEquals(found, printed), $"{found}\n{printed}");
        Assert.That(Directory.EnumerateFileSystemEntries(Lab.Sent), Is.Empty);
    }

    [TestCase("a.txt", "{}", 400, "a.txt: this is a JSON file")]
    [TestCase("../../a.csv", "1,2\n3", 400, "a.csv: ")]
    [TestCase("C:\\x\\a.csv", "", 400, "a.csv: the file is empty")]
    [TestCase("const.csv", "1,1\n1,1\n", 400, "const.csv: ")]
    [TestCase("..", "1", 400, "give it one of 1 to 100 plain characters")]
    [TestCase("a.png", "\x89PNG\r\n\x1a\nxxxx", 400, "a.png: ")]
    public async Task A_file_that_cannot_be_used_gets_a_line_that_says_why(string name, string content, int status, string reason)
    {
        using var answer = await Client.PostAsync("analysis", Form((name, Encoding.Latin1.GetBytes(content))));
        await CheckRefused(answer, status, reason);
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain(Lab.Sent).And.Not.Contain("Class"));
        Assert.That(Directory.EnumerateFileSystemEntries(Lab.Sent), Is.Empty);
    }

    [Test]
    public async Task What_is_no_form_too_much_or_not_together_is_refused()
    {
        byte[] table = Table(new Random(1), 8, 4), picture = [.. "P5 2 2 255\nabcd"u8];
        await CheckRefused(await Client.PostAsync("analysis", new StringContent("x")), 415, "multipart/form-data");
        await CheckRefused(await Client.PostAsync("analysis", Form(("a.csv", table), ("b.pgm", picture))), 400, "a.csv: examples among pictures");
        await CheckRefused(await Client.PostAsync("analysis", Form(("a.csv", table), ("b.csv", table), ("c.csv", table))), 400, "c.csv: a third file of examples");
        // By what it says of its length, before anything is sent.
        using var large = new HttpRequestMessage(HttpMethod.Post, "analysis") { Content = Form(("a.csv", new byte[65 << 20])) };
        large.Headers.ExpectContinue = true;
        using var answer = await Client.SendAsync(large);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    private static byte[] Table(Random random, int rows, int columns) =>
        Encoding.ASCII.GetBytes(string.Join('\n', Enumerable.Range(0, rows).Select(_ => string.Join(',', Enumerable.Range(0, columns).Select(_ => FormattableString.Invariant($"{random.NextDouble():0.####}"))))) + "\n");

    private static MultipartFormDataContent Form(params (string Name, byte[] Content)[] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        return form;
    }
}
