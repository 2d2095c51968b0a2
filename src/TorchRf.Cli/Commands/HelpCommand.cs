using System.CommandLine;
using TorchRf.Runs;

namespace TorchRf.Cli.Commands;

/// <summary>torchrf help COMMAND: what COMMAND --help says.</summary>
internal static class HelpCommand
{
    internal static Command Create(Catalogue catalogue)
    {
        var command = new Command("help", "Say what a command does and takes.");
        var words = new Argument<string[]>("COMMAND") { Arity = ArgumentArity.ZeroOrMore, Description = "The command, and a part of it." };
        words.CompletionSources.Add(context => context.ParseResult.RootCommandResult.Command.Subcommands.Select(c => c.Name));
        command.Arguments.Add(words);
        command.SetAction(parsed =>
        {
            Command of = parsed.RootCommandResult.Command;
            foreach (var word in parsed.GetValue(words) ?? [])
                of = of.Subcommands.FirstOrDefault(c => c.Name == word)
                    ?? throw new InvalidDataException($"'{word}' is no command; there are {string.Join(", ", of.Subcommands.Select(c => c.Name))}.{Spelling.DidYouMean(word, of.Subcommands.Select(c => c.Name))}");
            return new HelpText(catalogue).Invoke(parsed.RootCommandResult.Command.Parse([.. parsed.GetValue(words) ?? []]));
        });
        return command;
    }
}

/// <summary>torchrf completion SHELL: a script by which a shell completes commands, options and values.</summary>
internal static class CompletionCommand
{
    // Each asks the program itself, which knows what may come next: "[suggest:LENGTH]" and what was typed so far.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            _torchrf() {
                local line="${COMP_WORDS[*]:1:COMP_CWORD}"
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _torchrf torchrf
            """,
        ["zsh"] = """
            #compdef torchrf
            _torchrf() {
                local line="${(j: :)words[2,CURRENT]}"
                local -a found=("${(@f)$(${words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)}")
                [[ -n "$found" ]] && compadd -- $found || _files
            }
            # Sourced, or found by its name in $fpath and to complete at once.
            if [[ $funcstack[1] == _torchrf ]]; then _torchrf "$@"; else compdef _torchrf torchrf; fi
            """,
        ["fish"] = """
            function __torchrf
                set -l words (commandline -opc) (commandline -ct)
                set -l line (string join " " -- $words[2..])
                $words[1] "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
            end
            complete -c torchrf -a "(__torchrf)"
            """,
    };

    internal static Command Create()
    {
        var command = new Command("completion", "Print a script by which a shell completes what you type.");
        var shell = new Argument<string>("SHELL") { Description = InvalidSettingException.OneOf(Scripts.Keys) + "." };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        command.Arguments.Add(shell);
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(shell)!;
            Terminal.Report.Line(Scripts.GetValueOrDefault(named) ?? throw new InvalidDataException($"There is no script for {named}, but for {string.Join(", ", Scripts.Keys)}.{Spelling.DidYouMean(named, Scripts.Keys)}"));
        });
        return command;
    }
}
