@echo off
rem Builds TorchRf when needed, then runs it with the arguments given: torchrf compare
dotnet build "%~dp0src\TorchRf.Cli" -c Release -nologo -v quiet -clp:NoSummary || exit /b 1
dotnet "%~dp0src\TorchRf.Cli\bin\Release\net10.0\TorchRf.Cli.dll" %*
