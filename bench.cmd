@echo off
rem Builds the benchmarks when needed, then runs them with the arguments given: bench --only flow
dotnet build "%~dp0tests\TorchRf.Benchmarks" -c Release -nologo -v quiet -clp:NoSummary || exit /b 1
dotnet "%~dp0tests\TorchRf.Benchmarks\bin\Release\net10.0\TorchRf.Benchmarks.dll" %*
