using TorchRf;
using TorchRf.Cli;
using TorchRf.Cli.Commands;

OpenMp.WaitPassively();
KeptMemory.Ask();
return QuickExit.With(await CommandLine.Run(AllCommands.Create(), args));
