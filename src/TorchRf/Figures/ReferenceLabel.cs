namespace TorchRf.Figures;

/// <summary>A reference line on the page and where its label goes: at the end and on the side where it covers least.</summary>
internal sealed record ReferenceLabel(ReferenceLine Line, double At, Box Text, bool IsRight)
{
    internal static IEnumerable<ReferenceLabel> Place(PanelLayout panel, Clutter clutter)
    {
        var plot = panel.Plot;
        foreach (var line in panel.Panel.ReferenceLines)
        {
            var fraction = (line.IsHorizontal ? panel.Y : panel.X).Fraction(line.Value);
            if (fraction is >= 0 and <= 1)
            {
                var at = line.IsHorizontal ? plot.Bottom - (fraction * plot.Height) : plot.Left + (fraction * plot.Width);
                var places = Places(line, at, plot);
                var (text, isRight) = places.MinBy(place => clutter.In(place.Text));
                if (!string.IsNullOrEmpty(line.Label))
                {
                    clutter.Add(text);
                }

                yield return new ReferenceLabel(line, at, text, isRight);
            }
        }
    }

    private static (Box Text, bool IsRight)[] Places(ReferenceLine line, double at, Box plot)
    {
        const double Gap = 3;
        var (width, height) = (TypeSize.Width(line.Label ?? "", TypeSize.Small), TypeSize.LineHeight(TypeSize.Small));
        var left = plot.Left + Gap;
        var right = plot.Right - Gap - width;
        return line.IsHorizontal
            ?
            [
                Option(right, at - height, true), Option(left, at - height, false),
                Option(right, at + 1, true), Option(left, at + 1, false),
            ]
            :
            [
                Option(at + Gap, plot.Top + Gap, false), Option(at - Gap - width, plot.Top + Gap, true),
                Option(at + Gap, plot.Bottom - Gap - height, false), Option(at - Gap - width, plot.Bottom - Gap - height, true),
                Option(at + Gap, plot.MiddleY - height, false), Option(at - Gap - width, plot.MiddleY - height, true),
            ];

        (Box, bool) Option(double x, double y, bool isRight) => (new Box(x, y, x + width, y + height), isRight);
    }
}
