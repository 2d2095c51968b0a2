using System.CommandLine.Help;
using TorchRf.Benchmarks;
using TorchRf.Cli;

var bench = BenchCommand.Create();
bench.Options.Add(new HelpOption());
return await CommandLine.Run(bench, args);
