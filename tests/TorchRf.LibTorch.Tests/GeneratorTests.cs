namespace TorchRf.LibTorch.Tests;

public class GeneratorTests
{
    private static double[] Draw(Generator generator, long count = 20) =>
        torch.randn(new[] { count }, dtype: ScalarType.Float64, generator: generator).Doubles();

    [Test]
    public void The_same_seed_gives_the_same_stream([Values(0UL, 1UL, 12345UL)] ulong seed)
    {
        using var first = new Generator(seed);
        using var second = new Generator(seed);
        Assert.That(Draw(second), Is.EqualTo(Draw(first)));
    }

    [Test]
    public void Different_seeds_give_different_streams()
    {
        using var first = new Generator(1);
        using var second = new Generator(2);
        Assert.That(Draw(second), Is.Not.EqualTo(Draw(first)));
    }

    [Test]
    public void Drawing_from_one_generator_leaves_the_other_alone()
    {
        using var alone = new Generator(3);
        using var disturbed = new Generator(3);
        using var other = new Generator(4);
        _ = Draw(other);
        var expected = Draw(alone).Concat(Draw(alone)).ToArray();
        var first = Draw(disturbed);
        _ = Draw(other, 1000);
        Assert.That(first.Concat(Draw(disturbed)).ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void A_state_put_back_continues_the_stream_exactly([Values(1, 3, 20, 33)] int before)
    {
        using var generator = new Generator(5);
        _ = Draw(generator, before);
        using var state = generator.get_state();
        var expected = Draw(generator);
        generator.set_state(state);
        Assert.That(Draw(generator), Is.EqualTo(expected));
    }

    [Test]
    public void A_state_can_move_to_another_generator_as_bytes()
    {
        using var generator = new Generator(6);
        _ = Draw(generator, 7);
        using var state = generator.get_state();
        var saved = state.bytes.ToArray();
        var expected = Draw(generator);
        using var restored = torch.empty(saved.Length, dtype: ScalarType.Byte);
        restored.bytes = saved;
        using var other = new Generator(99);
        other.set_state(restored);
        Assert.Multiple(() =>
        {
            Assert.That(state.dtype, Is.EqualTo(ScalarType.Byte));
            Assert.That(Draw(other), Is.EqualTo(expected));
        });
    }

    [Test]
    public void Manual_seed_starts_anew_and_is_told()
    {
        using var generator = new Generator(7);
        var expected = Draw(generator);
        Assert.That(generator.initial_seed(), Is.EqualTo(7));
        generator.manual_seed(8);
        Assert.That(generator.initial_seed(), Is.EqualTo(8));
        Assert.That(Draw(generator), Is.Not.EqualTo(expected));
        Assert.That(Draw(generator.manual_seed(7)), Is.EqualTo(expected));
    }

    [Test]
    public void A_generator_lives_on_the_cpu_unless_told()
    {
        using var generator = new Generator();
        using var placed = new Generator(1, torch.device("cpu"));
        Assert.That(generator.device.type, Is.EqualTo(DeviceType.CPU));
        Assert.That(placed.device.type, Is.EqualTo(DeviceType.CPU));
    }

    [Test]
    public void Normal_numbers_have_their_moments()
    {
        using var generator = new Generator(9);
        using var drawn = torch.randn(new long[] { 100_000 }, dtype: ScalarType.Float64, generator: generator);
        Assert.Multiple(() =>
        {
            Assert.That(drawn.mean().item<double>(), Is.Zero.Within(0.02));
            Assert.That(drawn.var().item<double>(), Is.EqualTo(1).Within(0.03));
            Assert.That(drawn.pow(4).mean().item<double>(), Is.EqualTo(3).Within(0.2));
        });
    }

    [Test]
    public void Uniform_numbers_fill_the_unit_interval_without_its_end()
    {
        using var generator = new Generator(10);
        using var drawn = torch.rand(new long[] { 100_000 }, dtype: ScalarType.Float64, generator: generator);
        Assert.Multiple(() =>
        {
            Assert.That(drawn.min().item<double>(), Is.GreaterThanOrEqualTo(0).And.LessThan(0.001));
            Assert.That(drawn.max().item<double>(), Is.LessThan(1).And.GreaterThan(0.999));
            Assert.That(drawn.mean().item<double>(), Is.EqualTo(0.5).Within(0.01));
        });
    }

    [Test]
    public void Whole_numbers_lie_below_their_bound_and_reach_all_values()
    {
        using var generator = new Generator(11);
        using var drawn = torch.randint(5, new long[] { 1000 }, generator: generator);
        Assert.That(drawn.dtype, Is.EqualTo(ScalarType.Int64));
        Assert.That(drawn.Longs().Distinct().Order(), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
    }
}
