@echo off
rem Builds everything and runs every test; arguments go to "dotnet test": test --filter Amplifier
dotnet test "%~dp0TorchRf.sln" -c Release --nologo -v quiet --logger "console;verbosity=minimal" %*
