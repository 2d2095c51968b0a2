using System.Diagnostics;
using NUnit.Framework;
using TorchRf.Figures;

namespace TorchRf.Tests.Figures;

public sealed class GnuplotFailureTests
{
    private static readonly Figure Figure = new("f", [new Panel("p", new Axis("x"), new Axis("y"))]);

    private string folder = "";

    [SetUp]
    public void CreateFolder() => folder = Directory.CreateTempSubdirectory("torchrf-figures-test-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(folder, recursive: true);

    [Test]
    public void A_missing_gnuplot_is_named_with_what_to_install()
    {
        var exception = Fails("no-such-gnuplot", Figure);
        Assert.That(
            exception.Message,
            Does.Contain("'no-such-gnuplot'").And.Contains("apt-get install gnuplot-nox").And.Not.Contains("\n"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_failing_gnuplot_speaks_for_itself()
    {
        var program = Program("echo '         line 7: unknown or ambiguous terminal type' >&2; echo >&2; exit 3");
        var exception = Fails(program, Figure);
        Assert.That(exception.Message, Does.Contain("exit code 3: line 7: unknown or ambiguous terminal type").And.Not.Contains("\n"));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void A_gnuplot_that_writes_nothing_has_failed()
    {
        var exception = Fails(Program("cat > /dev/null"), Figure);
        Assert.That(exception.Message, Does.Contain("wrote no .png file"));
    }

    /// <summary>A large figure fills the pipe that a gnuplot which reads nothing leaves full.</summary>
    [TestCase(10)]
    [TestCase(100_000)]
    [Platform(Exclude = "Win")]
    public void A_gnuplot_that_hangs_is_ended(int points)
    {
        double[] x = [.. Enumerable.Range(0, points).Select(i => (double)i)];
        var figure = new Figure("f", [new Panel("p", new Axis("x"), new Axis("y")) { Series = [new LineSeries(x, x)] }]);
        var clock = Stopwatch.StartNew();
        var exception = Fails(Program("exec sleep 60"), figure, TimeSpan.FromSeconds(0.5));
        Assert.Multiple(() =>
        {
            Assert.That(exception.Message, Does.Contain("did not finish within 0.5 s"));
            Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(30)));
        });
    }

    [Test]
    [Platform(Exclude = "Win")]
    public void Drawing_without_any_font_is_noticed()
    {
        Gnuplot.Require();
        var fonts = Path.Combine(folder, "fonts.conf");
        File.WriteAllText(fonts, $"<?xml version=\"1.0\"?><fontconfig><dir>{folder}</dir><cachedir>{folder}</cachedir></fontconfig>");
        var exception = Fails(Program($"FONTCONFIG_FILE='{fonts}' exec gnuplot \"$@\""), Figure);
        Assert.That(exception.Message, Does.Contain("no font").And.Contains("apt-get install fonts-dejavu-core").And.Not.Contains("\n"));
    }

    [TestCase("")]
    [TestCase("Arial,12")]
    [TestCase("Arial:Bold")]
    [TestCase("O'Font")]
    public void A_font_is_a_plain_name(string font) =>
        Assert.That(() => new GnuplotRenderer { Font = font }, Throws.ArgumentException);

    [Test]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Multiple(() =>
        {
            Assert.That(() => new GnuplotRenderer(" "), Throws.ArgumentException);
            Assert.That(() => new GnuplotRenderer { Timeout = TimeSpan.Zero }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => new GnuplotRenderer { PixelsPerPoint = 0 }, Throws.InstanceOf<ArgumentOutOfRangeException>());
            var renderer = new GnuplotRenderer();
            Assert.That(() => renderer.Render(Figure, folder + Path.DirectorySeparatorChar), Throws.ArgumentException);
            Assert.That(() => renderer.Render(Figure, Path.Combine(folder, "x"), FigureFormats.None), Throws.ArgumentException);
        });
    }

    /// <summary>Renders with a failing program, which must leave an earlier file as it was and no other.</summary>
    private GnuplotException Fails(string program, Figure figure, TimeSpan? timeout = null)
    {
        var output = Directory.CreateDirectory(Path.Combine(folder, "output")).FullName;
        File.WriteAllText(Path.Combine(output, "figure.svg"), "earlier");
        var renderer = new GnuplotRenderer(program) { Timeout = timeout ?? TimeSpan.FromMinutes(1) };
        var exception = Assert.Throws<GnuplotException>(() => renderer.Render(figure, Path.Combine(output, "figure")))!;
        Assert.Multiple(() =>
        {
            Assert.That(Directory.EnumerateFileSystemEntries(output).Count(), Is.EqualTo(1));
            Assert.That(File.ReadAllText(Path.Combine(output, "figure.svg")), Is.EqualTo("earlier"));
        });
        return exception;
    }

    private string Program(string script)
    {
        var path = Path.Combine(folder, "gnuplot");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return path;
    }
}
