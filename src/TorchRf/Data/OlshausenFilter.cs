using System.Runtime.InteropServices;
using TorchRf.IO;

namespace TorchRf.Data;

/// <summary>
/// Olshausen and Field's whitening (Nature 381, 1996; Vision Res. 37, 1997): whole pictures are filtered by R(f) = f exp(-(f/f0)^4), which evens out scenes, whose amplitudes fall as
/// 1/f, up to f0, beyond which there is more noise than scene. It has no edges but the picture's, which are dropped; a matrix that whitens patches has those of each patch.
/// </summary>
internal static class OlshausenFilter
{
    /// <summary>f0, in cycles a site: theirs are 200 cycles a picture of 512 pixels.</summary>
    internal const double Highest = 200.0 / 512;

    /// <summary>
    /// Sites dropped at each edge of a picture, for the Fourier transform joins opposite edges. 4 sites from a point the filter's answer to it has all but 2.5e-4 of its energy, and 12 sites from
    /// it all but 2e-5. To a long edge it fades as 1/distance only: where a bright side of a photograph met a dark one, it was 10 % of the filtered picture's variance at 4 sites, and 1 % at 12.
    /// </summary>
    internal const int Border = 12;

    /// <summary>A picture filtered, less its border: (Height - 2 b) rows of (Width - 2 b) values, b = <see cref="Border"/> strides. Some 30 bytes a pixel while it is made, 4 afterwards.</summary>
    /// <param name="picture">More than 2 b pixels wide and high.</param>
    /// <param name="stride">Pixels from one site to the next: f is in cycles a site, so that sites far apart see what is between them averaged.</param>
    internal static float[] Of(GreyImage picture, int stride)
    {
        using var scope = torch.NewDisposeScope();
        int border = Border * stride;
        var waves = torch.fft.rfft2(Pixels(picture)).mul_(Response(picture, stride));
        var filtered = torch.fft.irfft2(waves, s: [picture.Height, picture.Width]);
        return filtered.narrow(0, border, picture.Height - (2 * border)).narrow(1, border, picture.Width - (2 * border)).ToArray<float>();
    }

    // R at the frequencies of a picture's transform.
    private static Tensor Response(GreyImage picture, int stride)
    {
        using var scope = torch.NewDisposeScope();
        var down = torch.fft.fftfreq(picture.Height, 1.0 / stride, ScalarType.Float64);
        var across = torch.fft.rfftfreq(picture.Width, 1.0 / stride, ScalarType.Float64);
        var square = down.square().unsqueeze(1) + across.square();
        return (square.sqrt() * (square / (Highest * Highest)).square().neg_().exp_()).MoveToOuterDisposeScope();
    }

    // From black, 0, to white, 1; shape (Height, Width), Float64.
    private static Tensor Pixels(GreyImage picture)
    {
        var x = torch.empty([picture.Height, picture.Width], ScalarType.Float64);
        var bytes = picture.Pixels8;
        var words = picture.Pixels16;
        double white = picture.MaxValue;
        for (int r = 0; r < picture.Height; r++)
        {
            using var line = x[r];
            var into = MemoryMarshal.Cast<byte, double>(line.bytes);
            for (int c = 0, from = r * picture.Width; c < into.Length; c++)
                into[c] = (bytes.IsEmpty ? words[from + c] : bytes[from + c]) / white;
        }
        return x;
    }
}
