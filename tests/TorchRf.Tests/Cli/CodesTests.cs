using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf codes: examples coded by a dictionary that is brought, or was learnt.</summary>
public class CodesTests : FileFixture
{
    private const string Small = "--sites 12 --inits 1 --batch 40 --steps 10 --threads 1 --device cpu";

    // Orthogonal atoms, of lengths that are taken off: codes are the examples, shrunk by lambda; of (2, -0.3, 0.1, 1) they are (1.5, 0, 0, 0.5), and what is left is (0.5, -0.3, 0.1, 0.5).
    [Test]
    public void Examples_of_a_file_are_coded_in_their_order()
    {
        NpyFile.Write(InFolder("atoms.npy"), torch.eye(4) * 3);
        var x = torch.tensor(new[,] { { 2, -0.3, 0.1, 1 }, { -2, 0.3, -0.1, -1 } });
        NpyFile.Write(InFolder("x.npy"), x);
        var json = Run("codes atoms.npy --class0 x.npy --standardize none --out codes.npy --json").CheckDone().Json;
        Assert.That(Values(NpyFile.Read(InFolder("codes.npy"))), Is.EqualTo(new[] { 1.5, 0, 0, 0.5, -1.5, 0, 0, -0.5 }).Within(1e-5));
        Assert.That((double)json["objective"]!, Is.EqualTo((0.6 / 2) + (0.5 * 2)).Within(1e-5));
        Assert.That((double)json["snr_db"]!, Is.EqualTo(10 * Math.Log10(5.1 / 0.6)).Within(1e-4));
        Assert.That((double)json["zeros"]!, Is.EqualTo(0.5));
        Assert.That((bool)json["converged"]!, Is.True);
        Assert.That((double)json["kkt_residual"]!, Is.LessThan(1e-5));
        Run("codes atoms.npy --class0 x.npy --standardize none --examples 1 --sparsity-strength 0.25 --out codes.safetensors").CheckDone();
        var written = SafeTensors.Read(InFolder("codes.safetensors")).Tensors;
        Assert.That(Values(written["codes"]), Is.EqualTo(new[] { 1.75, -0.05, 0, 0.75 }).Within(1e-5));
        Assert.That(written.Keys, Is.EquivalentTo(new[] { "codes", "objective", "gap", "residual" }));
    }

    [Test]
    public void A_training_s_dictionary_codes_its_data()
    {
        var trained = Run($"train --data nlgp --gain 10 --model sparse-coding --units 8 --dictionary online --code-solver descent --sparsity-strength 0.3 {Small} --out run --json").CheckDone().Json;
        var found = Run("codes run --examples 2000 --json").CheckDone().Json;
        Assert.That((int)found["atoms"]!, Is.EqualTo(8));
        Assert.That((double)found["sparsity_strength"]!, Is.EqualTo(0.3));
        Assert.That((double)found["objective"]!, Is.EqualTo((double)trained["snapshots"]!.AsArray()[^1]!["loss"]!).Within(0.1));
        Assert.That(Run("codes run").CheckDone().Out, Does.Contain("8 atoms, lambda = 0.3").And.Contain("dB"));

        Run($"train --data nlgp --model committee --units 2 {Small} --out other").CheckDone();
        Run("codes other").CheckRefused("other: a run of 'committee', which has no dictionary; a training of sparse-coding has");
    }

    [TestCase("codes none.npy", "none.npy: there is no folder and no file of that name")]
    [TestCase("codes .", "it must be a file; there is none of that name.")]
    [TestCase("codes atoms.npy", "atoms.npy: its atoms have 3 sites, and the data have 40")]
    [TestCase("codes zero.npy --sites 4", "zero.npy: its atoms are not all finite and of some length")]
    [TestCase("codes atoms.npy --out codes.csv", "--out is codes.csv; it must be a file that ends in .npy or .safetensors.")]
    [TestCase("codes atoms.npy --sparsity-strength 0", "--sparsity-strength is 0; it must be above 0 for sparse codes.")]
    [TestCase("codes atoms.npy --examples 0", "--examples is 0; it must be a whole number from 1 to 1000000000.")]
    [TestCase("codes many.npy --examples 1000000000", "--examples is 1000000000; it must be at most ")]
    public void What_cannot_be_coded_is_refused(string line, string reason)
    {
        NpyFile.Write(InFolder("atoms.npy"), torch.eye(3));
        NpyFile.Write(InFolder("zero.npy"), torch.zeros(3, 4));
        NpyFile.Write(InFolder("many.npy"), torch.eye(40));
        Run(line).CheckRefused(reason);
        Assert.That(File.Exists(InFolder("codes.csv")), Is.False);
    }

    private Torchrf.Outcome Run(string line) => Torchrf.Run(Folder, line.Split(' '));
}
