using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using TorchRf.Tests.Cli;

namespace TorchRf.Tests.Lab;

/// <summary>The lab by its HTTP: who is let in, what is refused, and that its numbers are the program's.</summary>
public class LabServerTests : LabFixture
{
    private static readonly string[] Scripts = [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "TorchRf.Lab", "Page"), "*.js").Select(file => Path.GetFileName(file)!).Where(name => !name.StartsWith("uPlot", StringComparison.Ordinal))];

    [Test]
    public void A_port_that_cannot_be_had_is_refused()
    {
        Torchrf.RunLine(Folder, "lab --no-browser --port 70000").CheckRefused("--port is 70000; it must be a whole number from 0 to 65535");
        Torchrf.RunLine(Folder, $"lab --no-browser --port {Lab.Address.Port}").CheckRefused("one that no other program listens on");
    }

    [TestCase("/")]
    [TestCase("/lab.js")]
    [TestCase("/settings")]
    [TestCase("/runs")]
    [TestCase("/run?name=a")]
    [TestCase("/00000000000000000000000000000000/settings")]
    [TestCase("/no/such/path")]
    public async Task Without_the_token_every_path_answers_401(string path)
    {
        using var answer = await Client.GetAsync(new Uri(Lab.Address, path));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("token"));
    }

    [TestCase("OPTIONS *")]
    [TestCase("CONNECT localhost:80")]
    public async Task Without_a_path_too(string request)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Lab.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{request} HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n"));
        using var answer = new StreamReader(client.GetStream());
        Assert.That(await answer.ReadLineAsync(), Does.StartWith("HTTP/1.1 401"));
    }

    [Test]
    public async Task It_listens_on_this_machine_alone_and_its_page_asks_for_nothing_from_elsewhere()
    {
        Assert.That(IPAddress.IsLoopback(IPAddress.Parse(Lab.Address.Host)));
        using var page = await Client.GetAsync("");
        Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'none'"));
        foreach (var file in (string[])["", "lab.css", .. Scripts])
            Assert.That(await Client.GetStringAsync(file), Does.Not.Contain("http:").And.Not.Contain("https:").And.Not.Contain("//cdn"));
    }

    [TestCase("", "text/html", "TorchRf lab")]
    [TestCase("lab.css", "text/css", "prefers-color-scheme")]
    [TestCase("lab.js", "text/javascript", "import")]
    [TestCase("uPlot.min.css", "text/css", ".uplot")]
    [TestCase("uPlot.iife.min.js", "text/javascript", "uPlot (v1.6.32)")]
    public async Task The_page_is_sent_as_what_it_is(string file, string type, string content)
    {
        using var answer = await Client.GetAsync(file);
        Assert.That(answer.Content.Headers.ContentType?.ToString(), Is.EqualTo(type + "; charset=utf-8"));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain(content));
    }

    [TestCase("law", "{\"gain\": 0, \"data\": \"nlgp\"}", 400, "gain is 0; it must be a finite number above 0")]
    [TestCase("law", "{\"gian\": 1, \"data\": \"nlgp\"}", 400, "Did you mean gain?")]
    [TestCase("law", "{\"gain\": ", 400, "no JSON")]
    [TestCase("law", "{\"seed\": 1, \"seed\": 2}", 400, "no JSON", Description = "which of the two?")]
    [TestCase("law", "[1]", 400, "one JSON object")]
    [TestCase("law", "{\"data\": \"\\ud800\"}", 400, "no JSON", Description = "half of a character")]
    [TestCase("law", "{\"\\ud800\": 1}", 400, "no JSON")]
    [TestCase("law", "{\"data\": \"\u00ff\"}", 400, "no JSON", Description = "a byte that UTF-8 does not have")]
    [TestCase("law", "{\"data\": \"file\", \"class0\": \"/etc/passwd\"}", 400, "reads no files")]
    [TestCase("law", "{\"data\": \"photo\", \"photos\": [\"/etc/passwd\"]}", 400, "reads no files")]
    [TestCase("law", "{\"sites\": 1000000}", 400, "sites is 1000000; it must be at most 2500")]
    [TestCase("training", "{\"lengthscales\": [1], \"data\": \"nlgp\"}", 400, "lengthscales is 1; it must be two or more")]
    [TestCase("training", "{\"batch\": 3}", 400, "batch is 3; it must be a multiple of the 2 classes")]
    [TestCase("training", "{\"threads\": 4096}", 400, "threads is 4096; it must be at most")]
    [TestCase("phases", "{\"data\": \"gaussian\"}", 400, "to tell two classes on rings apart, of nlgp, kur, ising")]
    [TestCase("phases", "{\"l2\": 10, \"proportions\": [0.99, 0.01]}", 400, "there is a phase diagram of one ReLU neuron that learns without rates, l1, l2,")]
    [TestCase("phases", "{\"couplings\": [0, 0]}", 400, "couplings is 0,0; it must be other than 0 for class 1")]
    [TestCase("phases", "{\"sites\": 144}", 400, "sites is 144; it must be at most 100 for a phase diagram")]
    [TestCase("nowhere", "{}", 404, "nothing that the lab answers")]
    public async Task A_bad_request_gets_a_line_that_says_what_is_wrong(string path, string body, int status, string reason)
    {
        using var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body));
        content.Headers.ContentType = new("application/json");
        using var answer = await Client.PostAsync(path, content);
        await CheckRefused(answer, status, reason);
    }

    [TestCase("text/plain", 10, 415)]
    [TestCase("application/json", 100_000, 413)]
    public async Task A_body_of_another_kind_or_too_long_is_refused(string type, int length, int status)
    {
        using var answer = await Client.PostAsync("law", new StringContent("{\"data\": \"" + new string('x', length) + "\"}", Encoding.UTF8, type));
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
    }

    [Test]
    public async Task A_training_finds_what_its_command_line_finds()
    {
        var asked = JsonNode.Parse("""{"couplings": [0.2, 0.6], "sites": 12, "inits": 3, "steps": 60, "batch": 100, "seed": 7}""");
        var told = new List<(string Kind, JsonNode Data)>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "training") { Content = JsonContent.Create(asked) };
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            told.Add((item.EventType, JsonNode.Parse(item.Data)!));
        Assert.That(told.Select(t => t.Kind).Distinct(), Is.EqualTo(new[] { "begin", "frame", "judging", "done" }));
        var line = (string)told[0].Data["command"]!;
        Assert.That(line, Is.EqualTo("torchrf compare --couplings 0.2,0.6 --sites 12 --inits 3 --steps 60 --batch 100 --seed 7"));
        var (found, printed) = (told[^1].Data, Torchrf.Do(Folder, line["torchrf ".Length..] + " --json").Json);
        Assert.That(JsonNode.DeepEquals(found["snapshots"], printed["snapshots"]), $"{found["snapshots"]}\n{printed["snapshots"]}");
        Assert.That((string?)found["summary"], Is.EqualTo((string?)printed["summary"]));
        // What is drawn last is what is found.
        Assert.That((double)told.Last(t => t.Kind == "frame").Data["cosine"]!, Is.EqualTo((double)found["snapshots"]!.AsArray()[^1]!["cosine"]!));
    }

    [TestCase("""{"data": "nlgp", "gain": 3.7}""", Description = "infinite at its ends")]
    [TestCase("""{"data": "kur"}""")]
    public async Task A_law_is_as_its_examples_in_each_bin(string asked)
    {
        using var answer = await Client.PostAsync("law", new StringContent(asked, Encoding.UTF8, "application/json"));
        var told = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        double[] Of(string which) => [.. told[which]!["density"]!.AsArray().Select(v => (double)v!)];
        Assert.That(Of("marginal"), Is.EqualTo(Of("drawn")).Within(0.1));
    }

    [Test]
    public async Task What_no_theory_covers_is_trained_alone_and_that_is_said()
    {
        using var answer = await Client.PostAsync("training", JsonContent.Create(JsonNode.Parse("""{"l2": 0.01, "sites": 12, "inits": 1, "steps": 2, "batch": 4}""")));
        var told = await answer.Content.ReadAsStringAsync();
        Assert.That(told, Does.Contain("l2 is 0.01; it must be 0, for the theory has no decay").And.Contain("torchrf train --sites 12").And.Contain("event: done"));
    }

    [TestCase("""{"data": "nlgp", "sites": 12}""", "modulated")]
    [TestCase("""{"data": "nlgp", "sites": 12, "l2": 10, "proportions": [0.99, 0.01]}""", "cannot tell", Description = "the program gives none either")]
    public async Task Something_is_expected_of_plain_training_alone(string asked, string word)
    {
        using var answer = await Client.PostAsync("expectation", JsonContent.Create(JsonNode.Parse(asked)));
        Assert.That((string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["expectation"], Is.EqualTo(word));
    }

    [TestCase("""{"data": "nlgp", "gain": 2.5, "lengthscales": [1, 2.5]}""", "compare --data nlgp --gain 2.5 --lengthscales 1,2.5")]
    [TestCase("""{"data": "gaussian", "sites": 64, "dimensions": 2, "lr": 1e-05}""", "compare --data gaussian --sites 8x8 --lr 1E-05")]
    [TestCase("""{"gaussian_clone": true, "theory": "exact"}""", "compare --clone --theory exact")]
    [TestCase("""{"data": "nlgp", "l2": 0.01, "theory": "third-order"}""", "train --data nlgp --l2 0.01", Description = "the theory has no decay")]
    [TestCase("""{"model": "autoencoder", "units": 4}""", "train --model autoencoder --units 4")]
    public async Task Settings_are_shown_as_the_command_line_that_asks_for_them(string asked, string line)
    {
        using var answer = await Client.PostAsync("law", new StringContent(asked, Encoding.UTF8, "application/json"));
        var shown = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["command"]!;
        Assert.That(shown, Is.EqualTo("torchrf " + line));
    }

    [Test]
    public async Task A_training_nobody_watches_any_more_ends_and_another_goes_on()
    {
        var endless = JsonNode.Parse("""{"sites": 12, "inits": 1, "steps": 1000000000, "batch": 2}""");
        async Task<Stream> Watch()
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "training") { Content = JsonContent.Create(endless) };
            var stream = await (await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead)).Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[1]);
            return stream;
        }
        using var watched = await Watch();
        var left = await Watch();
        Assert.That(Lab.Trainings, Is.EqualTo(2));
        left.Dispose();
        Assert.That(() => Lab.Trainings, Is.EqualTo(1).After(20_000, 10));
        await watched.ReadExactlyAsync(new byte[10_000]);
    }

    [Test]
    public async Task What_there_is_to_choose_is_what_the_settings_declare()
    {
        var told = JsonNode.Parse(await Client.GetStringAsync("settings"))!;
        var gain = told["data"]!.AsArray().Single(d => (string)d!["name"]! == "nlgp")!["settings"]!.AsArray().Single(s => (string)s!["key"]! == "gain")!;
        Assert.That(((double)gain["least"]!, (double)gain["standard"]!, (string)gain["help"]!), Is.EqualTo((0.0, 3.0, "NLGP: gain [3].")));
    }

    [Test]
    public async Task A_phase_diagram_begins_with_ones_own_point_which_is_what_is_expected()
    {
        var asked = JsonNode.Parse("""{"sites": 6, "couplings": [0.2, 0.8]}""")!;
        using var request = new HttpRequestMessage(HttpMethod.Post, "phases") { Content = JsonContent.Create(asked) };
        using var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var told = new List<(string Kind, JsonNode Data)>();
        await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            told.Add((item.EventType, JsonNode.Parse(item.Data)!));
            if (told.Count == 4)
                break;
        }
        Assert.That(told.Select(t => t.Kind), Is.EqualTo(new[] { "map", "point", "point", "point" }));
        var own = told[1].Data;
        Assert.That(((double)own["x"]!, (double)own["y"]!, (bool)own["own"]!), Is.EqualTo((0.8, 0.25, true)));
        using var expected = await Client.PostAsync("expectation", JsonContent.Create(asked));
        Assert.That((string?)own["outcome"], Is.EqualTo((string?)JsonNode.Parse(await expected.Content.ReadAsStringAsync())!["expectation"]));
        Assert.That(told.Skip(2).Select(t => (bool)t.Data["own"]!), Is.EqualTo(new[] { false, false }));
    }
}
