using BenchmarkDotNet.Running;
using TorchRf.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(InProcess).Assembly).Run(args, new InProcess());
