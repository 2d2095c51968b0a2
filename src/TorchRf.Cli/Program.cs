using TorchRf;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Data;

OpenMp.WaitPassively();
KeptMemory.Ask();
return QuickExit.With(await CommandLine.Run(TorchrfCommand.Create(DataModels.All), args));
