using TorchRf.Cli;
using TorchRf.Cli.Commands;
using TorchRf.Data;

return await CommandLine.Run(TorchrfCommand.Create(DataModels.All), args);
