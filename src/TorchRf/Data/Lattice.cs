namespace TorchRf.Data;

/// <summary>How the sites are arranged: a ring of N of them, or a torus of L x L, numbered row by row.</summary>
public sealed record Lattice
{
    private Lattice(int side, int dimensions) => (Side, Dimensions) = (side, dimensions);

    /// <summary>Sites along one axis: N on a ring, L on a torus.</summary>
    public int Side { get; }

    /// <summary>1 for a ring, 2 for a torus.</summary>
    public int Dimensions { get; }

    /// <summary>N: all sites.</summary>
    public int Sites => Dimensions == 1 ? Side : Side * Side;

    /// <summary>A ring.</summary>
    /// <param name="sites">N &gt;= 1.</param>
    public static Lattice Ring(int sites)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sites);
        return new Lattice(sites, 1);
    }

    /// <summary>A torus.</summary>
    /// <param name="side">L, from 1 to 40 000.</param>
    public static Lattice Torus(int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(side, 40_000);
        return new Lattice(side, 2);
    }

    /// <summary>"40", or "30x30" for a torus.</summary>
    public override string ToString() => FormattableString.Invariant(Dimensions == 1 ? (FormattableString)$"{Side}" : $"{Side}x{Side}");
}
