namespace TorchRf.Tests;

/// <summary>Reports progress on the thread that makes it.</summary>
internal sealed class Told<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
