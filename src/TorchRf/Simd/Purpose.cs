namespace TorchRf.Simd;

/// <summary>What random bits are for.</summary>
internal enum Purpose : uint
{
    /// <summary>Standard normal noise, one an element.</summary>
    Noise,

    /// <summary>Spins and their bonds.</summary>
    Spins,
}
