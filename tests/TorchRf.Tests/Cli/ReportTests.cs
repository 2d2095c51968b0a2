using System.CommandLine;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Experiments;
using TorchRf.Experiments.Recipes;
using TorchRf.Experiments.Reporting;
using TorchRf.IO;
using TorchRf.Runs;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf report: one file that holds what runs found, loads nothing, and takes text for text.</summary>
public class ReportTests : FileFixture
{
    private static readonly Command Root = TorchrfCommand.Create(Catalogue.Own);

    private Torchrf.Outcome Do(string line) => Torchrf.Do(Folder, line);

    // Well-formed, within the bound, and with no address of anywhere else.
    private XElement Page(string name)
    {
        var text = File.ReadAllText(InFolder(name));
        Assert.That(text, Does.StartWith("<!DOCTYPE html>").And.Not.Match("https?:|//[a-z]+\\."));
        Assert.That(text, Has.Length.LessThan(ReportPage.MostBytes));
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        var page = XDocument.Load(reader).Root!;
        Assert.That(page.Descendants("script").Count(s => s.Attribute("type") is null), Is.EqualTo(1));
        Assert.That(page.Descendants().Attributes().Where(a => a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)), Is.Empty);
        Assert.That(page.Descendants().Attributes("id").GroupBy(a => a.Value).Where(g => g.Count() > 1).Select(g => g.Key), Is.Empty);
        return page;
    }

    private static IEnumerable<string> Numbers(JsonNode? node) => node switch
    {
        JsonObject properties => properties.SelectMany(p => Numbers(p.Value)),
        JsonArray list when list.All(v => v is JsonObject) => list.SelectMany(Numbers),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number => [value.ToJsonString()],
        _ => [],
    };

    [TestCase("train --data nlgp --gain 2 --sites 8 --steps 3 --inits 2 --threads 1", "trained", false)]
    [TestCase("compare --data nlgp --sites 4x4 --lengthscales 0.3,0.6 --steps 3 --inits 2 --threads 1", "trained,theory", true)]
    [TestCase("ica --data kur --k 4 --sites 6 --examples 2000 --components 6 --threads 1", "field", false)]
    [TestCase("prune --data nlgp --sites 4x4 --lengthscales 0.3,0.6 --hidden 12 --rounds 2 --steps 20 --rewind 5 --threads 1", "weights", true)]
    public void A_run_is_told_whole(string line, string series, bool isPlane)
    {
        Do(line + " --device cpu --out run");
        var told = Do("report run --json").Json;
        Assert.That((string)told["file"]!, Is.EqualTo(Path.Combine("run", "report.html")));
        var page = Page("run/report.html");
        Assert.That((long)told["bytes"]!, Is.EqualTo(new FileInfo(InFolder("run/report.html")).Length));
        Assert.That(page.Descendants("svg").Count(), Is.EqualTo(1));

        // The command line does the same again.
        var words = page.Descendants("code").Single().Value;
        Assert.That(words, Does.StartWith("torchrf " + line.Split(' ')[0] + " "));
        Assert.That(words.Split(' ').Skip(2), Is.EquivalentTo((line + " --device cpu").Split(' ').Skip(1)));

        var results = JsonFile.ReadObject(InFolder("run/results.json"));
        results.Remove("settings");
        Assert.That(Numbers(results).Except(page.Descendants("td").Select(td => td.Attribute("data-v")?.Value ?? td.Value)), Is.Empty);

        var fields = JsonNode.Parse(page.Descendants("script").Single(s => s.Attribute("type") is not null).Value)!;
        Assert.That(fields["series"]!.AsArray().Select(s => (string)s!["name"]!), Is.EqualTo(series.Split(',')));
        Assert.That((int)fields["side"]!, Is.EqualTo(isPlane ? 4 : 0));
        int frames = fields["labels"]!.AsArray().Count, numbers = frames * (int)fields["fields"]! * (int)fields["sites"]!;
        Assert.That(page.Descendants("input").Single().Attribute("max")!.Value, Is.EqualTo($"{frames - 1}"));
        if (series.StartsWith("trained", StringComparison.Ordinal))
        {
            // As the page's script reads them.
            var w = SafeTensors.Read(InFolder("run/weights.safetensors")).Tensors["trained"].to(ScalarType.Float64).flatten().ToArray<double>();
            var bytes = System.Buffers.Text.Base64Url.DecodeFromChars((string)fields["series"]![0]!["w"]!);
            var scale = fields["series"]![0]!["scale"]!.AsArray().Select(v => (double)v!).ToArray();
            Assert.That((bytes.Length / 2, w.Length), Is.EqualTo((numbers, numbers)));
            for (int i = 0; i < numbers; i++)
                Assert.That(BitConverter.ToInt16(bytes, 2 * i) / 32767.0 * scale[i / (int)fields["sites"]!], Is.EqualTo(w[i]).Within(1e-3 * scale[i / (int)fields["sites"]!]));
        }
    }

    // What is listed is what differs, and reads back as the same.
    [TestCase("train --data nlgp --gain 2 --model committee --units 4 --lr 0.01 --seed 7 --threads 1")]
    [TestCase("train --targets -1,1 --proportions 0.25,0.75 --threads 2")]
    [TestCase("train --data nlgp --sites 12x12 --model two-layer --units 8 --bias trained --scale-input --threads 1")]
    [TestCase("predict --theory fourth-cumulant --steps 50 --threads 1")]
    [TestCase("ica --data kur --k 3 --class 1 --contrast cube --threads 1")]
    [TestCase("prune --data nlgp --sites 12x12 --hidden 20,10 --rounds 3 --threads 1")]
    [TestCase("atlas --data nlgp --sites 12x12 --threads 1 --quick")]
    public void Settings_become_the_command_line_that_asks_for_them(string line)
    {
        var words = new CommandWords(Root, Catalogue.Own);
        var command = Root.Subcommands.Single(c => c.Name == line.Split(' ')[0]);
        Assert.That(words.Words(command, words.Read(command, line.Split(' '))), Is.EquivalentTo(line.Split(' ')));
    }

    [TestCase("figure 5 --quick --inits 3 --threads 1", true)]
    [TestCase("figure closures --threads 1", false)]
    public void A_figure_is_asked_for_by_its_number(string line, bool quick)
    {
        var words = line.Split(' ');
        var recipe = RecipeSettings.Of(RecipeBook.Find(words[1]).Name, quick);
        var given = new JsonObject { ["threads"] = 1 };
        if (quick)
            given["inits"] = 3;
        var settings = new JsonObject { ["rows"] = new JsonArray([.. recipe.Rows.Select(row => RunSettings.Layered([row.ToJson(), given]).ToJson())]), ["seeds"] = recipe.Seeds };
        Assert.That(new CommandWords(Root, Catalogue.Own).Of(new RunDocument(RecipeBook.Find(words[1]).Name, settings, []))!.Split(' ').Skip(1), Is.EquivalentTo(words));
    }

    [Test]
    public void Settings_that_no_option_says_are_taken_from_run_json()
    {
        var settings = new RunSettings().ToJson();
        settings["batch"] = 7;
        Assert.That(new CommandWords(Root, Catalogue.Own).Of(new RunDocument("predict", settings, [])), Is.EqualTo("torchrf predict --config run.json"));
    }

    [Test]
    public void Whatever_a_folder_holds_is_text()
    {
        const string bad = "</script><img src='https:x' onerror='alert(1)'>\u0001\"&";
        Directory.CreateDirectory(InFolder("a&b"));
        var run = new RunDocument("analyze", new RunSettings().ToJson(), new JsonObject { ["torchrf"] = "</td><script>alert(2)</script>" });
        JsonFile.Write(InFolder("a&b/run.json"), run.ToJson());
        JsonFile.Write(InFolder("a&b/results.json"), new JsonObject { ["notes"] = new JsonArray(bad.Replace("https:", "")), ["classes"] = new JsonArray(new JsonObject { ["<b>"] = "<i>\ud800", ["n"] = 3.5 }) });
        File.WriteAllText(InFolder("a&b/x.svg"), """
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9" onload="alert(3)"><script>alert(4)</script><style>@import "http://x.y"</style>
            <a href="http://x.y"><rect id="r" width="9" fill="url(http://x.y)" onclick="alert(5)"/></a><image xlink:href="http://x.y/z.png"/><foreignObject><p/></foreignObject><use xlink:href="#r"/></svg>
            """);
        Do("report a&b --out page.html");
        var page = Page("page.html");
        Assert.That(page.Descendants("p").Select(p => p.Value), Does.Contain("</script><img src='x' onerror='alert(1)'>\ufffd\"&"));
        Assert.That(page.Descendants("td").Select(td => td.Value), Does.Contain("</td><script>alert(2)</script>").And.Contain("3.5"));
        Assert.That(page.Descendants("svg").Single().Descendants().Select(e => e.Name.LocalName), Is.EqualTo(new[] { "image", "use" }), "of what is not allowed nothing is left, and what is in it goes too");
        Assert.That(page.Descendants("image").Single().Attributes(), Is.Empty);
    }

    // What is no number stays as it is written, whatever its digits; settings have all of theirs; what there is no room for is counted.
    [Test]
    public void Words_of_digits_are_words_and_nothing_goes_unsaid()
    {
        Directory.CreateDirectory(InFolder("run"));
        var settings = new RunSettings().ToJson();
        settings["seed"] = 12345678901234567890;
        JsonFile.Write(InFolder("run/run.json"), new RunDocument("compare", settings, new JsonObject { ["torch"] = "2.10", ["commit"] = "1234e56" }).ToJson());
        var wide = new JsonObject(Enumerable.Range(0, 43).Select(i => KeyValuePair.Create($"c{i}", (JsonNode?)(i + 0.123456789))));
        JsonFile.Write(InFolder("run/results.json"), new JsonObject { ["snapshots"] = new JsonArray(wide) });
        File.WriteAllText(InFolder("run/other.svg"), "<svg xmlns='http://www.w3.org/2000/svg' width='3' height='3'/>");
        Do("report run");
        var page = Page("run/report.html");
        Assert.That(page.Descendants("td").Select(td => td.Value), Is.SupersetOf(new[] { "2.10", "1234e56", "12345678901234567890", "0.12346" }));
        Assert.That(page.Descendants("p").Select(p => p.Value), Does.Contain("For want of room 0 more rows and 3 more columns are left out.").And.Contain("No pictures of the program, and left out: other.svg."));
        Assert.That(page.Descendants("input"), Is.Empty, "its weights are lost");
    }

    [Test]
    public void Another_file_is_not_replaced_and_a_damaged_picture_refused()
    {
        Directory.CreateDirectory(InFolder("run"));
        JsonFile.Write(InFolder("run/run.json"), new RunDocument("train", new RunSettings().ToJson(), []).ToJson());
        Do("report run");
        Do("report run");
        Assert.That(Page("run/report.html").Descendants("p").Select(p => p.Value), Has.Some.Contains("not finished"));
        File.WriteAllText(InFolder("mine.html"), "<p>mine</p>");
        Torchrf.RunLine(Folder, "report run --out mine.html").CheckRefused("--out is mine.html; it must be a new file, or an earlier report; this is another file.");
        Torchrf.RunLine(Folder, "report run --out none/x.html").CheckRefused("--out is none/x.html; it must be a file in a folder that is there.");
        File.WriteAllText(InFolder("run/x.svg"), "<svg");
        Torchrf.RunLine(Folder, "report run --out other.html").CheckRefused("run/x.svg: not an SVG picture");
        Assert.That(File.Exists(InFolder("other.html")), Is.False);
    }

    [Test]
    public void Sweeps_and_the_reproduction_have_their_tables()
    {
        foreach (var folder in (string[])["sweep/runs/aa-0", "whole/pictures"])
            Directory.CreateDirectory(InFolder(folder));
        JsonFile.Write(InFolder("sweep/sweep.json"), new JsonObject { ["schema"] = 1, ["name"] = "gains" });
        Torchrf.RunLine(Folder, "report sweep").CheckRefused("sweep: a sweep without its table");
        JsonFile.Write(InFolder("sweep/merged.json"), JsonNode.Parse("""{"schema":1,"sweep":"gains","runs":2,"settings":[{"setting":"aa","varied":{"gain":3},"measures":{"ipr":{"mean":0.123456789}}},{"setting":"bb","varied":{"gain":1}}]}""")!);
        JsonFile.Write(InFolder("sweep/runs/aa-0/run.json"), new RunDocument("train", new RunSettings().ToJson(), new JsonObject { ["torch"] = "2.7" }).ToJson());
        JsonFile.Write(InFolder("sweep/runs/aa-0/result.json"), new JsonObject { ["measures"] = new JsonObject { ["ipr"] = new JsonObject { ["mean"] = 0.25 } } });
        Do("report sweep/runs/aa-0 --out one.html");
        Assert.That(Page("one.html").Descendants("td").Select(td => td.Value), Does.Contain("measures ipr mean").And.Contain("0.25"));
        Assert.That(Page("one.html").Value, Does.Not.Contain("not finished"));
        JsonFile.Write(InFolder("whole/REPRODUCTION.json"), JsonNode.Parse("""
            {"quick":true,"environment":{"torch":"2"},"recipes":[{"name":"figure5","title":"IPR","settings":[{"gain":3}],"measurements":[{"id":"a","quantity":"q","mean":0.5,"paper":{"value":0.51},"verdict":"same"}],"findings":["Found."]},
            {"name":"figure5-b","title":"B","measurements":[]}]}
            """)!);
        foreach (var picture in (string[])["figure5", "figure5-b-fields"])
            File.WriteAllText(InFolder($"whole/pictures/{picture}.svg"), $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><title>{picture}</title></svg>");
        JsonFile.Write(InFolder("sweep/plan.json"), new JsonObject { ["grid"] = new JsonObject { ["gain"] = new JsonArray(3, 1) } });
        Do("report sweep whole");
        var page = Page("report.html");
        Assert.That(page.Descendants("nav").Descendants("a").Select(a => a.Value), Is.EqualTo(new[] { "sweep", "All numbers", "figure5: IPR", "figure5-b: B" }));
        Assert.That(page.Descendants("td").Select(td => td.Attribute("data-v")?.Value ?? td.Value), Is.SupersetOf(new[] { "0.123456789", "same", "0.51", "2.7" }));
        Assert.That(page.Descendants("section").Select(s => string.Join(',', s.Descendants("svg").Select(svg => svg.Element("title")!.Value))), Is.EqualTo(new[] { "", "", "figure5", "figure5-b-fields" }));
        Assert.That(page.Descendants("code").Select(c => c.Value), Does.Contain("torchrf sweep plan.json").And.Contain("torchrf reproduce --quick").And.Contain("torchrf figure 5 --quick"));
        Assert.That(page.Descendants("details").Select(d => d.Element("summary")!.Value), Does.Contain("The plan"));
    }
}
