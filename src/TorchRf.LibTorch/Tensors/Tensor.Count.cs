namespace TorchRf.LibTorch;

public static partial class torch
{
    public partial class Tensor
    {
        private static long totalCount;
        private static long peakCount;

        /// <summary>How many tensors the process holds now, whatever thread made them: those neither disposed nor finalised.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        /// <summary>The most tensors that the process held at once so far.</summary>
        public static long PeakCount => Interlocked.Read(ref peakCount);

        private static void CountOneMore()
        {
            long now = Interlocked.Increment(ref totalCount);
            for (long peak = PeakCount; now > peak; peak = PeakCount)
                Interlocked.CompareExchange(ref peakCount, now, peak);
        }

        private static void CountOneLess() => Interlocked.Decrement(ref totalCount);
    }
}
