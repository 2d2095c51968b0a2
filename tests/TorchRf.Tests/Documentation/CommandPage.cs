using System.CommandLine;
using System.Text;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Data;
using TorchRf.Models;
using TorchRf.Runs;

namespace TorchRf.Tests.Documentation;

/// <summary>docs/cli.md: what the program says of each of its commands, of all data and of all networks.</summary>
internal static class CommandPage
{
    private const int Width = 100;

    private static readonly Command Root = TorchrfCommand.Create(Catalogue.Own);

    internal static string Text()
    {
        var page = new StringBuilder("""
            # Every command

            What `--help` says. This page is written by the program's own tests (`./test --filter CommandPageTests`) and is not edited by hand. A command's help shows the options of the data and the network that it is given;
            here those of the default ones stand with each command, and [all data](#all-data) and [all networks](#all-networks) below. Values in brackets are the defaults.


            """);
        string[] commands = [.. Below(Root, "")];
        foreach (var words in commands)
            page.Append($"- [torchrf {words}](#{Anchor($"torchrf {words}")})\n");
        foreach (var words in commands)
            page.Append($"\n## torchrf {words}\n\n```\n{string.Join('\n', Help(words)).TrimEnd()}\n```\n");
        page.Append("\n## All data\n\nWhat `--data` has of its own, as `torchrf train --data NAME --help` says it.\n");
        foreach (var data in DataModels.All.Names)
            page.Append($"\n### {data}\n\n```\n{Group("Data", $"train --data {data}")}\n```\n");
        page.Append("\n## All networks\n\nWhat `--model` has of its own, as `torchrf train --model NAME --help` says it.\n");
        foreach (var network in NetworkModels.All.Names)
            page.Append($"\n### {network}\n\n```\n{Group("Model", $"train --model {network}")}\n```\n");
        return page.ToString();
    }

    private static IEnumerable<string> Below(Command command, string words) =>
        command.Subcommands.Where(c => !c.Hidden).SelectMany(c => Below(c, $"{words} {c.Name}".Trim()).Prepend($"{words} {c.Name}".Trim()));

    private static IEnumerable<string> Help(string words) => new HelpText(Catalogue.Own).Lines(Root.Parse(words), Width);

    // Without the option that chooses it, which all have in common, and the names of what others have.
    private static string Group(string name, string words) =>
        string.Join('\n', Help(words).SkipWhile(line => line != name + ":").Skip(2).SkipWhile(line => !line.StartsWith("  --", StringComparison.Ordinal)).TakeWhile(line => line.Length > 0 && !line.StartsWith("  Of ", StringComparison.Ordinal)));

    private static string Anchor(string heading) => heading.Replace(' ', '-');
}

/// <summary>The page of commands is what the program says.</summary>
public class CommandPageTests
{
    // Written by this test where it differs, for a person to look at and commit.
    [Test]
    public void The_page_of_commands_is_what_the_program_says()
    {
        var page = Path.Combine(Repository.Root, "docs", "cli.md");
        var (told, said) = (File.Exists(page) ? File.ReadAllText(page) : "", CommandPage.Text());
        if (said != told)
            File.WriteAllText(page, said);
        Assert.That(said, Is.EqualTo(told), $"{page} was out of date, and is no longer");
    }
}
