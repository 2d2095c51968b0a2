using System.CommandLine.Help;
using TorchRf;
using TorchRf.Benchmarks;
using TorchRf.Cli;

OpenMp.WaitPassively();
KeptMemory.Ask();
var bench = BenchCommand.Create();
bench.Options.Add(new HelpOption());
return QuickExit.With(await CommandLine.Run(bench, args));
