namespace TorchRf.LibTorch.Tests;

public class DeviceTests
{
    [TestCase("cpu", DeviceType.CPU, -1)]
    public void A_description_names_a_device(string description, DeviceType type, int index)
    {
        var device = torch.device(description);
        Assert.Multiple(() =>
        {
            Assert.That(device.type, Is.EqualTo(type));
            Assert.That(device.index, Is.EqualTo(index));
            Assert.That(device.ToString(), Is.EqualTo(description));
        });
    }

    [TestCase("cuda", -1)]
    [TestCase("cuda:0", 0)]
    [TestCase("cuda:3", 3)]
    public void A_cuda_device_can_be_named_where_there_is_none(string description, int index)
    {
        var device = new Device(description);
        Assert.Multiple(() =>
        {
            Assert.That(device.type, Is.EqualTo(DeviceType.CUDA));
            Assert.That(device.index, Is.EqualTo(index));
            Assert.That(device.ToString(), Is.EqualTo(description));
        });
    }

    [Test]
    public void Cuda_is_available_exactly_if_there_is_a_device() =>
        Assert.That(torch.cuda.is_available(), Is.EqualTo(torch.cuda.device_count() > 0));

    [Test]
    public void The_version_is_told() => Assert.That(torch.__version__, Does.Match(@"^\d+\.\d+"));

    [Test]
    public void A_cuda_tensor_goes_there_and_back()
    {
        if (!torch.cuda.is_available())
            Assert.Ignore("there is no CUDA device");
        var cuda = torch.device("cuda");
        using var generator = new Generator(1, cuda);
        using var drawn = torch.randn(new long[] { 1000 }, dtype: ScalarType.Float64, device: cuda, generator: generator);
        using var state = generator.get_state();
        using var next = torch.randn(new long[] { 10 }, dtype: ScalarType.Float64, device: cuda, generator: generator);
        generator.set_state(state);
        using var again = torch.randn(new long[] { 10 }, dtype: ScalarType.Float64, device: cuda, generator: generator);
        Assert.Multiple(() =>
        {
            Assert.That(drawn.device.type, Is.EqualTo(DeviceType.CUDA));
            Assert.That(drawn.cpu().device.type, Is.EqualTo(DeviceType.CPU));
            Assert.That(drawn.mean().item<double>(), Is.EqualTo(drawn.cpu().mean().item<double>()).Within(1e-12));
            Assert.That(again.Doubles(), Is.EqualTo(next.Doubles()));
        });
    }
}
