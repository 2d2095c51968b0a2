namespace TorchRf.Data;

/// <summary>What makes examples. Both give the same laws, and different numbers from the same seed.</summary>
public enum Sampler
{
    /// <summary>By the device: vector code on the CPU in Float32 where a data model has it, torch's operations otherwise. Training a single ReLU neuron goes with it.</summary>
    Auto,

    /// <summary>torch's operations make all examples, and autograd takes all gradients.</summary>
    Torch,
}
