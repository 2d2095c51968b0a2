using System.Text.Json.Serialization;

namespace TorchRf.Models;

/// <summary>What a head divides its sum over K units by.</summary>
public enum HeadScaling
{
    /// <summary>K: units move far from their start (IG's mean-field scaling).</summary>
    [JsonStringEnumMemberName("mean-field")]
    MeanField,

    /// <summary>sqrt(K): units move little where K is large (IG's lazy scaling).</summary>
    Lazy,
}

/// <summary>The second layer f_c = (1/K) sum_k v_ck h_k + o_c of a network, or with 1/sqrt(K), for every initialisation.</summary>
public sealed class LinearHead : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter? offset;
    private readonly double scale;

    /// <param name="initial">v at the start, shape (inits, C, K) for C outputs; copied.</param>
    /// <param name="scaling">What the sum over units is divided by.</param>
    /// <param name="initialOffset">o at the start, one number for all outputs; none without.</param>
    /// <param name="train">Whether v and o are trained or stay as they are.</param>
    /// <exception cref="ArgumentException">v is not of that shape.</exception>
    public LinearHead(Tensor initial, HeadScaling scaling = HeadScaling.MeanField, double? initialOffset = null, bool train = true)
        : base(nameof(LinearHead))
    {
        if (initial.dim() != 3)
            throw new ArgumentException($"A head's weights have shape (inits, outputs, units), not ({string.Join(", ", initial.shape)}).", nameof(initial));
        weight = new Parameter(initial.detach().clone(), train);
        if (initialOffset is double o)
            offset = new Parameter(torch.full([initial.shape[0], initial.shape[1]], o, initial.dtype, initial.device), train);
        scale = scaling == HeadScaling.MeanField ? 1.0 / initial.shape[2] : 1 / Math.Sqrt(initial.shape[2]);
        RegisterComponents();
    }

    /// <summary>v, shape (inits, C, K).</summary>
    public Parameter Weight => weight;

    /// <summary>o, shape (inits, C); null without.</summary>
    public Parameter? Offset => offset;

    /// <summary>Weighs what the units answer.</summary>
    /// <param name="input">h, shape (inits, K, batch).</param>
    /// <returns>Shape (inits, batch) with one output, (inits, batch, C) with C.</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = torch.NewDisposeScope();
        var f = weight.matmul(input) * scale;
        if (offset is not null)
            f = f + offset.unsqueeze(-1);
        return (f.shape[1] == 1 ? f.squeeze(1) : f.mT).MoveToOuterDisposeScope();
    }

    /// <summary>Throws unless the head fits units of shape (inits, K, N).</summary>
    internal void RequireFit(Tensor units)
    {
        if (weight.shape[0] != units.shape[0] || weight.shape[2] != units.shape[1])
            throw new ArgumentException(
                $"The head is of {weight.shape[0]} initialisations of {weight.shape[2]} units, but the network of {units.shape[0]} of {units.shape[1]}.");
    }
}
