namespace TorchRf;

/// <summary>A module that draws its parameters, as those of torch do.</summary>
public interface IResetParameters
{
    /// <summary>Draws everything anew that is random at the start, as the constructor does, and puts the rest to where it starts.</summary>
    /// <param name="generator">The stream of randomness.</param>
    void reset_parameters(Generator generator);
}
