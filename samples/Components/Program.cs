// The other explanation of localized receptive fields: independent components of data that are not Gaussian. They are found, saved, loaded and
// applied to examples that they were not found in.
using TorchRf.Data;
using TorchRf.Ica;
using TorchRf.IO;
using TorchRf.Measures;
using TorchSharp;

using var scope = torch.NewDisposeScope();
using var generator = new torch.Generator(1);

// A field with heavy tails: rare large values.
var model = new AlgebraicQuantileProcess(sites: 40, lengthscale: 1, k: 3);
var x = model.Sample(40_000, generator);    // (examples, N)

using (var solution = FastIca.Fit(x, components: null, generator, new IcaOptions { Contrast = Contrast.LogCosh }))
{
    Console.WriteLine(solution.Converged ? $"Converged after {solution.Iterations} iterations." : solution.Warning);
    SafeTensors.Write("components.safetensors", new Dictionary<string, torch.Tensor> { ["mean"] = solution.Mean, ["unmixing"] = solution.Unmixing }, checksum: true);
}

// Any language can read that file; here is how to go on with it in C#.
var file = SafeTensors.Read("components.safetensors");
var unmixing = file.Tensors["unmixing"];    // (components, N): a row is a receptive field
var localized = LocalizedFraction.Among(unmixing);
Console.WriteLine($"Mean IPR {InverseParticipationRatio.Of(unmixing).mean().item<float>():0.000}; {localized.Count} of {localized.Total} receptive fields are localized.");

var fresh = model.Sample(10_000, generator);
var y = (fresh - file.Tensors["mean"]).mm(unmixing.mT);    // (examples, components)
var correlations = torch.corrcoef(y.mT) - torch.eye(model.Sites);
Console.WriteLine($"Variance of the components of fresh examples {y.var(0).mean().item<float>():0.00}, largest correlation {correlations.abs().max().item<float>():0.00}.");
