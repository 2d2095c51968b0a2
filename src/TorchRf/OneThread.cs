namespace TorchRf;

/// <summary>
/// Small work on one thread, whatever torch's number of threads is: waking the others costs more than all that they would do (a velocity of
/// 30 receptive fields of 40 sites takes 30 microseconds on one thread, and some 100 more on two). Large work, and work on other devices, keeps the number.
/// </summary>
/// <remarks>
/// Each thread has a number of its own in torch, which it takes from the latest that any thread set when it first needs one. So this is disposed on the thread that
/// made it and threads that have theirs go on as they were, but one that starts its first large work at this very time does it, and all that follows, on one thread.
/// </remarks>
internal readonly ref struct OneThread
{
    // Elements of w. Measured on two cores: at 16 000 elements of 40 sites two threads take 430 microseconds and one 290, at 12 000 of 400 sites 1060 and 780; at 25 600
    // of 256 sites on a torus 740 and 820.
    internal const long Most = 16_384;

    private const long MostProducts = 100_000_000;

    private readonly int before;

    /// <param name="w">The tensor that is worked on.</param>
    internal OneThread(Tensor w)
    {
        before = torch.get_num_threads();
        if (before == 1 || w.numel() > Most || w.device_type != DeviceType.CPU)
            before = 0;
        else
            torch.set_num_threads(1);
    }

    /// <summary>Work of any size on a CPU, where its bits are not to depend on the number of threads, as those of LAPACK and of sums over a whole matrix do.</summary>
    /// <param name="device">Where the work is.</param>
    internal OneThread(Device device)
    {
        before = device.type == DeviceType.CPU ? torch.get_num_threads() : 1;
        if (before == 1)
            before = 0;
        else
            torch.set_num_threads(1);
    }

    /// <summary>Steps of a network by autograd.</summary>
    /// <param name="device">Where the work is.</param>
    /// <param name="products">Weights times examples of a step. Measured on two cores, steps of 784-300-100-10: at 50 million two threads take a fifth longer than one, at 110 million as long, at 270 million a seventh less.</param>
    internal OneThread(Device device, long products)
    {
        before = device.type == DeviceType.CPU && products <= MostProducts ? torch.get_num_threads() : 0;
        if (before > 1)
            torch.set_num_threads(1);
        else
            before = 0;
    }

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        if (before > 0)
            torch.set_num_threads(before);
    }
}
