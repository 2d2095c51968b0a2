namespace TorchRf.Theory;

/// <summary>
/// Small work on one thread, whatever torch's number of threads is: waking the others costs more than all that they would do (two threads added 130 microseconds
/// to a velocity of 30 receptive fields of 40 sites that takes 30 on one). Large work, and work on other devices, keeps the number.
/// </summary>
/// <remarks>torch's number belongs to the thread that asks, so that this is disposed on the thread that made it, and others go on as they were.</remarks>
internal readonly ref struct OneThread
{
    // Elements of w. Up to here a velocity takes some 150 microseconds of one thread, as much as it costs to share it.
    internal const long Most = 8192;

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

    /// <summary>Gives the threads back.</summary>
    public void Dispose()
    {
        if (before > 0)
            torch.set_num_threads(before);
    }
}
