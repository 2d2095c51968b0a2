using System.CommandLine;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Cli.Terminal;
using TorchRf.Runs;

namespace TorchRf.Tests.Cli;

/// <summary>What --help shows, what is said of misspelt words, and what shells complete.</summary>
public class HelpTests : FileFixture
{
    private static readonly Command Root = TorchrfCommand.Create(Catalogue.Own);

    private static IEnumerable<string> Commands => Below(Root, "");

    private static IEnumerable<string> Below(Command command, string words) =>
        command.Subcommands.SelectMany(c => Below(c, $"{words} {c.Name}")).Prepend(words.Trim());

    private static string[] Lines(string line, int width) => [.. new HelpText(Catalogue.Own).Lines(Root.Parse(line), width)];

    [Test]
    public void Every_help_fits_its_page_and_breaks_no_word([Values(40, 80)] int width, [ValueSource(nameof(Commands))] string command)
    {
        var lines = Lines(command, width);
        // A path of a file is one word.
        Assert.That(lines.Where(l => l.Length > width && l.Trim().Contains(' ')), Is.Empty);
        var words = lines.SelectMany(l => l.Split([' ', ',', '.', ';', '(', ')'], StringSplitOptions.RemoveEmptyEntries)).ToHashSet();
        foreach (var choice in Find(command).Options.Where(o => o.Name is "--data" or "--model" or "--device" or "--engine").SelectMany(HelpText.Choices))
            Assert.That(words, Does.Contain(choice));
    }

    [TestCaseSource(nameof(Commands))]
    public void Every_help_has_two_examples_that_can_be_typed(string command)
    {
        var examples = HelpText.Examples[$"torchrf {command}".Trim()];
        Assert.That(examples, Has.Length.EqualTo(2));
        Assert.That(Lines(command, 200), Is.SupersetOf(examples.Select(e => "  " + e)));
        foreach (var example in examples.Where(e => e.StartsWith("torchrf ", StringComparison.Ordinal)))
            Assert.That(Root.Parse(example.Split('>')[0]["torchrf ".Length..]).Errors.Select(e => e.Message), Is.Empty, example);
    }

    [TestCase("compare", "--couplings", "--gain")]
    [TestCase("compare --data nlgp", "--gain", "--couplings")]
    [TestCase("compare --gain 3", "--gain", "--couplings", Description = "a gain says which data it is of")]
    [TestCase("train --model autoencoder", "--sparsity", "--loss")]
    [TestCase("train", "--activation", "--sparsity")]
    public void What_belongs_to_the_chosen_data_and_model_is_shown_and_others_are_named(string line, string shown, string named)
    {
        var lines = Lines(line, 80);
        Assert.That(lines.Count(l => l.StartsWith($"  {shown}", StringComparison.Ordinal)), Is.GreaterThan(0));
        Assert.That(lines.Count(l => l.StartsWith($"  {named} ", StringComparison.Ordinal)), Is.Zero);
        Assert.That(string.Join(' ', lines), Does.Contain(named));
        Assert.That(lines.Where(l => l.EndsWith(':') && !l.StartsWith(' ')).Take(3), Is.EqualTo(new[] { "Data:", "Model:", "Training:" }));
    }

    [Test]
    public void Help_can_be_asked_for_by_name()
    {
        Assert.That(Torchrf.Do(Folder, "help sweep submit").Out, Is.EqualTo(Torchrf.Do(Folder, "sweep submit --help").Out));
        Assert.That(Torchrf.Do(Folder, "help").Out, Is.EqualTo(Torchrf.Run(Folder).Out).And.Contain("compare "));
        Torchrf.RunLine(Folder, "help trian").CheckRefused("Did you mean train?");
    }

    [TestCase("campare", "'campare' is no command; there are compare,")]
    [TestCase("campare", "Did you mean compare?")]
    [TestCase("sweep stauts plan.json", "Did you mean status?")]
    [TestCase("train --bacth 100", "'--bacth' is no option of train. Did you mean --batch?")]
    [TestCase("train --data nlpg", "or file. Did you mean nlgp?")]
    [TestCase("train --model comittee", "Did you mean committee?")]
    [TestCase("describe --kernel gausian --data nlgp", "Did you mean gaussian?")]
    [TestCase("predict --batch 100", "'--batch' is no option of predict, but of compare, train")]
    [TestCase("train --epochs 3", "--steps says how many steps")]
    [TestCase("sweep merge --from elsewhere plan.json", "plan.json is missing: --from takes all words after it, so that plan.json is to stand before it.")]
    [TestCase("resume", "RUN is missing. Say --help")]
    public void A_misspelt_word_is_told_from_what_was_meant(string line, string message) => Torchrf.RunLine(Folder, line).CheckRefused(message);

    [TestCase("train --streams some", "Did you mean")]
    [TestCase("train --frobnicate", "Did you mean")]
    public void What_is_near_nothing_is_not_guessed(string line, string not)
    {
        var outcome = Torchrf.RunLine(Folder, line);
        Assert.That((outcome.Code, outcome.Error.Contains(not, StringComparison.Ordinal)), Is.EqualTo((2, false)), outcome.Error);
    }

    [TestCase("describe --data nlgp --clone", "Gaussian clone of")]
    [TestCase("describe --data nlgp --clone true", "Gaussian clone of")]
    [TestCase("describe --data nlgp --clone false", "Class 0: NLGP")]
    [TestCase("describe --clone --data nlgp", "Gaussian clone of NLGP")]
    public void A_flag_needs_no_value(string line, string told) => Assert.That(Torchrf.Do(Folder, line).Out, Does.Contain(told));

    [TestCase("train --learning-rate 0", "--lr is 0;")]
    [TestCase("train --batch-size 2001", "--batch is 2001;")]
    [TestCase("ica --n-components 0", "--components is 0;")]
    [TestCase("ica --tol 2", "--tolerance is 2;")]
    [TestCase("ica --max-iter 0", "--max-iterations is 0;")]
    public void Other_programs_names_are_taken(string line, string message) => Torchrf.RunLine(Folder, line).CheckRefused(message);

    [TestCase("tr", "train")]
    [TestCase("train --da", "--data")]
    [TestCase("train --data nl", "nlgp")]
    [TestCase("train --kernel ", "cosine")]
    [TestCase("sweep su", "submit")]
    [TestCase("completion z", "zsh")]
    [TestCase("help comp", "compare")]
    public void Shells_are_told_what_may_come_next(string typed, string next) =>
        Assert.That(Torchrf.Run(Folder, $"[suggest:{typed.Length}]", typed).CheckDone().Out.Split('\n', StringSplitOptions.TrimEntries), Does.Contain(next));

    [TestCase("bash", "COMPREPLY=")]
    [TestCase("zsh", "#compdef torchrf")]
    [TestCase("fish", "complete -c torchrf")]
    public void Shells_get_a_script(string shell, string part) => Assert.That(Torchrf.Do(Folder, $"completion {shell}").Out, Does.Contain(part).And.Contain("[suggest:"));

    private static Command Find(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(Root, (of, word) => of.Subcommands.Single(c => c.Name == word));
}

/// <summary>What stands on a terminal or in a log while work is done and when it is.</summary>
public class TerminalTests
{
    private static readonly string[][] Rows = [["0", "0.483", "0.065"], ["2000", "0.366", "0.853"]];

    [Test]
    public void A_table_is_whole_where_it_fits() => Assert.That(TextTable.Lines(["step", "loss", "IPR trained"], Rows, int.MaxValue), Is.EqualTo(new[]
    {
        "",
        "  step    loss   IPR trained",
        "──────────────────────────────",
        "     0   0.483         0.065",
        "  2000   0.366         0.853",
        "",
    }));

    [Test]
    public void A_table_that_is_too_wide_goes_on_below_under_the_same_first_column() => Assert.That(TextTable.Lines(["step", "loss", "IPR trained"], Rows, 24), Is.EqualTo(new[]
    {
        "",
        "  step    loss",
        "────────────────",
        "     0   0.483",
        "  2000   0.366",
        "",
        "  step   IPR trained",
        "──────────────────────",
        "     0         0.065",
        "  2000         0.853",
        "",
    }));

    [Test]
    public void A_table_of_long_names_becomes_a_list() => Assert.That(TextTable.Lines(["", "class 0"], [["covariance off ring (chance)", "45.3 % (34.5 %)"]], 40),
        Is.EqualTo(new[] { "", "  covariance off ring (chance)", "    class 0  45.3 % (34.5 %)", "" }));

    [TestCase(2, "a few seconds left")]
    [TestCase(23, "about 25 s left")]
    [TestCase(110, "about 2 min left")]
    [TestCase(9000, "about 2.5 h left")]
    public void What_is_left_is_said_in_words(double seconds, string words) => Assert.That(ProgressBar.Left(seconds), Is.EqualTo(words));

    [Test]
    public void Of_a_whole_what_is_left_is_that_of_its_parts()
    {
        var whole = new Whole("piece", 7, 40, Seconds: 60);
        Assert.That(($"{whole}", whole.Left(10)), Is.EqualTo(("piece 7 of 40", 33 * 10.0)));
        Assert.That(new Whole("run", 5, 8, Seconds: 20) { Done = 1 }.Left(40), Is.EqualTo(3 * 30.0), "three were finished before and took no time");
    }

    [Test]
    public void A_log_gets_a_line_now_and_then()
    {
        var pace = new Pace(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        int[] told = [.. Enumerable.Range(0, 4000).Where(second => pace.IsDue(TimeSpan.FromSeconds(second), second / 4000.0))];
        Assert.That(told, Is.EqualTo(new[] { 300, 400, 700, 800, 1100, 1200, 1500, 1600, 1900, 2000, 2300, 2400, 2700, 2800, 3100, 3200, 3500, 3600, 3900 }));
        pace = new Pace(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5));
        Assert.That(Enumerable.Range(0, 100).Where(tick => pace.IsDue(TimeSpan.FromSeconds(tick / 20.0), tick / 100.0)), Is.Empty, "what is over at once needs no lines");
    }
}
