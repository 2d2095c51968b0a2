namespace TorchRf.Sweeps;

/// <summary>What a sweep does with each of its settings.</summary>
public enum RunCommand
{
    /// <summary>Trains.</summary>
    Train,

    /// <summary>Trains, integrates the theory from the same start, and compares the two.</summary>
    Compare,
}
