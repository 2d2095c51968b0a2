using TorchRf;
using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Data;
using TorchRf.Runs;

OpenMp.WaitPassively();
KeptMemory.Ask();
return QuickExit.With(await CommandLine.Run(TorchrfCommand.Create(Catalogue.Own), args));
