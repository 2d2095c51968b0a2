using BenchmarkDotNet.Running;
using TorchRf.Benchmarks;

TorchRf.OpenMp.WaitPassively();
BenchmarkSwitcher.FromAssembly(typeof(InProcess).Assembly).Run(args, new InProcess());
