#if TORCH_SYSTEM
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace TorchRf.LibTorch.Tests;

public class OperatorTests
{
    private static IEnumerable<TestCaseData> Operators() =>
        typeof(Tensor).Assembly.GetType("TorchRf.LibTorch.Interop.Aten", throwOnError: true)!
            .GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
            .Select(field => new TestCaseData(field.GetValue(null)).SetArgDisplayNames(field.Name));

    [TestCaseSource(nameof(Operators))]
    public void Is_found_in_this_libtorch(object named)
    {
        var handle = named.GetType().GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic)!;
        try
        {
            Assert.That(handle.GetValue(named), Is.Not.EqualTo((nint)0));
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
        }
    }

    [Test]
    public void One_that_does_not_exist_is_named_in_the_error()
    {
        var type = typeof(Tensor).Assembly.GetType("TorchRf.LibTorch.Interop.Operator", throwOnError: true)!;
        var made = Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, ["frobnicate", "Tensor"], null)!;
        Assert.That(() => Is_found_in_this_libtorch(made), Throws.Exception.With.Message.Contains("aten::frobnicate.Tensor"));
    }
}
#endif
