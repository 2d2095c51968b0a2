using System.Globalization;
using TorchRf.Sweeps;
using TorchRf.Training;

namespace TorchRf.Tests.Sweeps;

public class SweepPlanTests : SweepFixture
{
    [Test]
    public void A_grid_is_every_combination_and_the_last_setting_changes_fastest()
    {
        var plan = Plan("""{ "rows": [{ "data": "ising" }, { "data": "nlgp" }], "grid": { "sites": [10, 20, 30], "lr": [0.1, 0.2] }, "replicates": 2 }""");
        Assert.That(plan.Runs, Has.Count.EqualTo(2 * 3 * 2 * 2));
        Assert.That(plan.Varied, Is.EqualTo(new[] { "data", "sites", "lr" }));
        Assert.That(plan.Runs.Select(r => (r.Settings.Data.Name, r.Settings.Data.Sites, r.Settings.Training.Lr, r.Replicate)), Is.EqualTo(
            from data in new[] { "ising", "nlgp" } from sites in new[] { 10, 20, 30 } from lr in new[] { 0.1, 0.2 } from i in new[] { 0, 1 } select (data, sites, lr, i)));
        Assert.That(plan.Runs.Select(r => r.Id).Distinct().Count(), Is.EqualTo(plan.Runs.Count));
        Assert.That(plan.Name, Is.EqualTo("plan"));
        Assert.That(plan.Command, Is.EqualTo(RunCommand.Train));
    }

    [Test]
    public void Settings_may_have_the_names_of_their_options_or_of_other_programs() => Assert.That(
        Plan("""{ "common": { "data": "nlgp", "learning-rate": 0.1, "batch_size": 100, "quick": {} }, "grid": { "clone": [true, false], "init-scale": [0.1] }, "rows": [{ "checkpoint-every": 7 }] }""").Runs.Select(r => r.Id),
        Is.EqualTo(Plan("""{ "common": { "data": "nlgp", "lr": 0.1, "batch": 100 }, "grid": { "gaussian_clone": [true, false], "init_scale": [0.1] }, "rows": [{ "checkpoint_every": 7 }] }""").Runs.Select(r => r.Id)));

    [TestCase("""{ "common": { "learning-rat": 0.1 } }""", "there is no setting 'learning-rat'. Did you mean learning_rate?")]
    [TestCase("""{ "grid": { "lr": [0.1], "learning-rate": [0.2] } }""", "'learning-rate' is 'lr', which is given twice")]
    [TestCase("""{ "gird": { "lr": [0.1] } }""", "Did you mean grid?")]
    public void A_name_that_is_none_is_told_from_what_was_meant(string json, string message) =>
        Assert.That(() => Plan(json), Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));

    // They would change where settings are renamed or get new defaults: then earlier results no longer count. By torch they are those of before there was a choice.
    [TestCase("""{ "common": { "data": "nlgp", "gain": 2 } }""", "8a49735e89d32365-0", 4375774906209326UL)]
    [TestCase("""{ "common": { "data": "nlgp", "gain": 2, "sampler": "torch" } }""", "7b5a112d96c251d7-0", 8791540867621909UL)]
    public void Runs_are_the_same_on_every_machine(string json, string id, ulong seed)
    {
        var run = Plan(json).Runs.Single();
        Assert.That((run.Id, run.Settings.Training.Seed, run.Settings.Device, run.Settings.Threads), Is.EqualTo((id, seed, "cpu", 1)));
    }

    [Test]
    public void A_run_does_not_depend_on_the_others_on_their_order_or_on_how_numbers_are_written()
    {
        var few = Plan("""{ "common": { "lr": 0.1 }, "grid": { "sites": [20] } }""").Runs;
        var many = Plan("""{ "grid": { "lr": [0.2, 1e-1], "sites": [10, 20] }, "replicates": 3 }""").Runs;
        var same = many.Single(r => r.Id == few[0].Id);
        Assert.That(same.Settings.ToJson().ToJsonString(), Is.EqualTo(few[0].Settings.ToJson().ToJsonString()));
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // What a German machine would write: 0,1.
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = german;
            Assert.That(Plan("""{ "common": { "lr": 0.1 }, "grid": { "sites": [20] } }""").Runs[0].Id, Is.EqualTo(few[0].Id));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public void Every_run_has_a_seed_of_its_own_that_any_reader_of_JSON_holds_exactly()
    {
        var seeds = Plan("""{ "grid": { "lr": [0.1, 0.2, 0.3] }, "replicates": 100 }""").Runs.Select(r => r.Settings.Training.Seed).ToArray();
        Assert.That(seeds.Distinct().Count(), Is.EqualTo(300));
        Assert.That(seeds, Has.All.LessThan(1UL << 53));
        Assert.That(seeds.Max(), Is.GreaterThan(1UL << 52));
        var others = Plan("""{ "common": { "seed": 2 }, "grid": { "lr": [0.1, 0.2, 0.3] }, "replicates": 100 }""").Runs.Select(r => r.Settings.Training.Seed);
        Assert.That(seeds.Intersect(others), Is.Empty);
    }

    // Found by search: the seeds of these runs agree, for one purpose, in the 32 bits that a generator on the CPU keeps.
    [TestCase(12840, 16982, "init")]
    [TestCase(53162, 66419, "model")]
    [TestCase(25312, 95392, "data")]
    public void Two_runs_that_would_draw_the_same_numbers_do_not(int one, int other, string purpose)
    {
        SweepRun[] Runs(params int[] seeds) => [.. Plan($$"""{ "common": { "data": "gaussian", "sites": 8, "inits": 3, "steps": 40, "batch": 8 }, "grid": { "seed": [{{string.Join(", ", seeds)}}] } }""")
            .Runs.OrderBy(r => r.Id, StringComparer.Ordinal)];
        static (string Id, ulong Seed)[] Seeds(IEnumerable<SweepRun> runs) => [.. runs.Select(r => (r.Id, r.Settings.Training.Seed))];
        uint Start(SweepRun run) => TorchRf.Training.Seeds.Starts(run.Settings.Training.Seed).Single(s => s.Purpose == purpose).Start;
        var alone = Runs(one).Concat(Runs(other)).OrderBy(r => r.Id, StringComparer.Ordinal).ToArray();
        Assert.That(Start(alone[0]), Is.EqualTo(Start(alone[1])), "else nothing is planted");
        var both = Runs(one, other);
        Assert.That(Start(both[0]), Is.Not.EqualTo(Start(both[1])));
        Assert.That(Seeds(both)[0], Is.EqualTo(Seeds(alone)[0]), "one keeps its seed");
        Assert.That(both.Select(r => r.Id), Is.EqualTo(alone.Select(r => r.Id)));
        Assert.That(Seeds(Runs(other, one)), Is.EqualTo(Seeds(both)));
        Assert.That(both[1].Settings.Training.Seed, Is.LessThan(1UL << 53));
    }

    [Test]
    public void What_is_done_with_the_settings_is_part_of_a_run()
    {
        var trained = Plan("""{ "common": { "lr": 0.1 } }""").Runs[0];
        var compared = Plan("""{ "command": "compare", "common": { "lr": 0.1 } }""").Runs[0];
        Assert.That(compared.Id, Is.Not.EqualTo(trained.Id));
        Assert.That(compared.Command, Is.EqualTo(RunCommand.Compare));
    }

    [Test]
    public void The_settings_of_a_figure_are_a_plan()
    {
        var file = Path.Combine(Repository.Root, "experiments", "figure5.json");
        var plan = SweepPlan.Read(file, Runner, quick: true);
        Assert.That(plan.Name, Is.EqualTo("figure5-quick"));
        Assert.That(plan.Runs, Has.Count.EqualTo(20));
        Assert.That(plan.Varied, Is.EqualTo(new[] { "data", "gain", "k" }));
        Assert.That(plan.Runs.Select(r => (r.Settings.Training.Inits, r.Settings.Training.Steps, r.Settings.Training.Batch)), Has.All.EqualTo((6, 2000L, 300L)));
        Assert.That(SweepPlan.Read(file, Runner).Runs.Select(r => r.Settings.Training.Steps), Has.All.EqualTo(10_000));
        // Of the two that vary, each row names its own.
        Assert.That(plan.Runs.Select(r => r.Named.Contains("gain") != r.Named.Contains("k")), Has.All.True);
    }

    [Test]
    public void A_quick_variant_says_what_is_different()
    {
        const string json = """{ "common": { "steps": 100 }, "rows": [{ "lr": 0.1, "quick": { "steps": 5 } }, { "lr": 0.2 }], "replicates": 3, "quick": { "steps": 10, "replicates": 1 } }""";
        Assert.That(Plan(json).Runs.Select(r => r.Settings.Training.Steps), Is.EqualTo(new[] { 100, 100, 100, 100, 100, 100 }));
        Assert.That(Plan(json, quick: true).Runs.Select(r => r.Settings.Training.Steps), Is.EqualTo(new[] { 5, 10 }));
    }

    [Test]
    public void Files_are_named_from_the_plan_and_count_by_their_contents()
    {
        const string json = """{ "common": { "data": "photo", "photos": ["a.pgm"], "sites": 4, "strides": [2, 1], "batch": 20 } }""";
        byte[] Photo(byte last) => [.. "P5 9 9 255\n"u8, .. Enumerable.Range(0, 80).Select(i => (byte)(i * 37)), last];
        Save("a.pgm", Photo(1));
        var here = Plan(json).Runs[0];
        Assert.That(here.Settings.Data.Files().Select(f => f.File), Is.EqualTo(new[] { InFolder("a.pgm") }));
        Assert.That(here.Settings.Data.Sha256.Single(), Has.Length.EqualTo(64));

        Directory.CreateDirectory(InFolder("moved"));
        Save("moved/a.pgm", Photo(1));
        Assert.That(Plan(json, name: "moved/plan.json").Runs[0].Id, Is.EqualTo(here.Id));
        Save("a.pgm", Photo(2));
        Assert.That(Plan(json).Runs[0].Id, Is.Not.EqualTo(here.Id));
        File.Delete(InFolder("a.pgm"));
        Assert.That(() => Plan(json), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("photos is").And.Message.Contains("there is none of that name"));
    }

    [TestCase("[]", "not a JSON object")]
    [TestCase("{ \"grid\": {}, \"grid\": {} }", "not valid JSON")]
    [TestCase("{ \"grids\": {} }", "a plan has no 'grids'; it has name, command, common, rows, grid, replicates, quick")]
    [TestCase("{ \"grid\": { \"gains\": [1] } }", "gains")]
    [TestCase("{ \"grid\": { \"gain\": 1 } }", "its grid's 'gain' must be a list of values, at least one")]
    [TestCase("{ \"grid\": [] }", "its \"grid\" must be an object")]
    [TestCase("{ \"rows\": [] }", "its \"rows\" must be a list of settings, at least one")]
    [TestCase("{ \"replicates\": 0 }", "its \"replicates\" is '0'; it must be a whole number from 1 to 100000")]
    [TestCase("{ \"grid\": { \"lr\": [0.1, 0.2] }, \"replicates\": 50001 }", "it has more than 100000 runs")]
    [TestCase("{ \"rows\": [{ \"lr\": 0.1 }, { \"lr\": 0.2 }], \"replicates\": 50001 }", "it has more than 100000 runs")]
    [TestCase("{ \"command\": \"dream\" }", "its \"command\" is 'dream'; it must be train, compare or ica")]
    [TestCase("{ \"name\": \"../up\" }", "its name is '../up'; it must be of letters")]
    [TestCase("{ \"rows\": [{ \"lr\": 0.1 }, { \"lr\": 1e-1 }] }", "two of its rows have the same settings: run 1 and run 2")]
    [TestCase("{ \"common\": { \"device\": \"auto\" } }", "device is auto; it must be cpu, cuda or cuda:INDEX in a sweep")]
    [TestCase("{ \"grid\": { \"gain\": [1, -1] }, \"common\": { \"data\": \"nlgp\" } }", "gain is -1; it must be a finite number above 0")]
    [TestCase("{ \"common\": { \"data\": \"kur\", \"gain\": 2 } }", "gain is '2', and kur data do not use it; nlgp, adjusted do")]
    [TestCase("{ \"common\": { \"batch\": 7 } }", "batch is 7; it must be a multiple of the 2 classes")]
    [TestCase("{ \"common\": { \"lr\": \"fast\" } }", "lr cannot be '\"fast\"'")]
    [TestCase("{ \"command\": \"compare\", \"common\": { \"data\": \"pulse\" } }", "The theory does not cover these data")]
    public void Whatever_is_wrong_is_said_in_one_line_before_anything_runs(string json, string reason)
    {
        var thrown = Assert.Throws<InvalidDataException>(() => Plan(json));
        CheckRefusal(thrown, InFolder("plan.json"), reason);
    }
}
