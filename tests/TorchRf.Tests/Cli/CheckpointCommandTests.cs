using TorchRf.IO;

namespace TorchRf.Tests.Cli;

/// <summary>torchrf checkpoint show, verify and export.</summary>
public class CheckpointCommandTests : FileFixture
{
    private const string Newest = "run/checkpoint-0000000020.safetensors";
    private const string Before = "run/checkpoint-0000000010.safetensors";

    private void MakeRun() =>
        Torchrf.Do(Folder, "train --sites 8 --inits 2 --batch 20 --steps 20 --checkpoint-every 10 --threads 1 --out run");

    private void Damage(string file)
    {
        var whole = File.ReadAllBytes(InFolder(file));
        whole[^3] ^= 4;
        File.WriteAllBytes(InFolder(file), whole);
    }

    [Test]
    public void Show_says_what_a_run_is_and_how_far()
    {
        MakeRun();
        var json = Torchrf.RunLine(Folder, "checkpoint show run --json").Json;
        Assert.That((string)json["file"]!, Is.EqualTo(Newest));
        Assert.That((bool)json["checksum_holds"]!);
        Assert.That((long)json["step"]!, Is.EqualTo(20));
        Assert.That((string)json["optimizer"]!, Is.EqualTo("sgd, lr 0.05"));
        Assert.That((int)json["settings"]!["sites"]!, Is.EqualTo(8));
        Assert.That((string)json["environment"]!["torch"]!, Is.Not.Empty);
        Assert.That(json["metrics"]!.AsArray().Select(m => (long)m!["step"]!), Is.EqualTo(new long[] { 0, 20 }));
        var weight = json["tensors"]!.AsArray().Single(t => (string)t!["name"]! == "model.weight")!;
        Assert.That(((string)weight["dtype"]!, weight["shape"]!.ToJsonString(), (long)weight["bytes"]!), Is.EqualTo(("float32", "[2,1,8]", 64L)));

        var told = Torchrf.RunLine(Folder, "checkpoint show run").Out;
        Assert.That(told, Does.Contain("Checksum   holds").And.Contain("Step       20 of 20").And.Contain("sites 8").And.Contain("model.weight").And.Not.Contain("couplings"));
        Assert.That(told.Split('\n').Max(line => line.Length), Is.LessThanOrEqualTo(80));
        Assert.That(Torchrf.RunLine(Folder, $"checkpoint show {Before}").Out, Does.Contain("Step       10 of 20"));
        Assert.That((string)Torchrf.RunLine(Folder, "checkpoint show run/weights.safetensors --json").Json["metadata"]!["steps"]!, Is.EqualTo("0,20"));
    }

    [Test]
    public void Verify_finds_what_is_damaged()
    {
        MakeRun();
        var good = Torchrf.RunLine(Folder, "checkpoint verify run");
        Assert.That((good.Code, good.Out), Is.EqualTo((0, $"good     {Newest}\ngood     {Before}\ngood     run/weights.safetensors\n")));
        Damage(Before);
        Damage("run/weights.safetensors");
        var damaged = Torchrf.RunLine(Folder, "checkpoint verify run");
        Assert.That(damaged.Code, Is.EqualTo(1));
        Assert.That(damaged.Out, Does.Contain($"good     {Newest}").And.Contain($"damaged  {Before}: its checksum does not hold").And.Contain("damaged  run/weights.safetensors: "));
        var json = Torchrf.RunLine(Folder, "checkpoint verify run --json");
        Assert.That(json.Code, Is.EqualTo(1));
        Assert.That(json.Json["files"]!.AsArray().Select(f => (bool)f!["good"]!), Is.EqualTo(new[] { true, false, false }));
        Assert.That(Torchrf.RunLine(Folder, $"checkpoint show {Before}").Out, Does.Contain("does not hold"));
    }

    [Test]
    public void Export_to_a_folder_and_to_one_file_gives_numpy_the_tensors()
    {
        MakeRun();
        Torchrf.Do(Folder, "checkpoint export run --out npy");
        Torchrf.Do(Folder, "checkpoint export run --out one.npz");
        var held = CheckpointFile.Read(InFolder(Newest)).Tensors;
        foreach (var (name, tensor) in held)
            Assert.That(BytesOf(NpyFile.Read(InFolder($"npy/{name}.npy"))), Is.EqualTo(BytesOf(tensor)), name);
        Assert.That(File.ReadAllText(InFolder("npy/metadata.json")), Is.EqualTo(File.ReadAllText(InFolder("one.json"))));
        Numpy.Run(Folder, """
            one, said = np.load('one.npz'), json.load(open('one.json'))
            assert said['step'] == 20 and said['settings']['sites'] == 8
            for tensor in said['tensors']:
                a = one[tensor['array']]
                assert a.dtype == tensor['dtype'] and list(a.shape) == tensor['shape'] and a.nbytes == tensor['bytes']
                assert a.tobytes() == np.load('npy/' + tensor['array'] + '.npy').tobytes()
            """);
    }

    [Test]
    public void Nothing_is_overwritten_unasked()
    {
        MakeRun();
        File.WriteAllText(InFolder("one.json"), "mine");
        var refused = Torchrf.RunLine(Folder, "checkpoint export run --out one.npz");
        Assert.That(refused.Code, Is.EqualTo(2));
        Assert.That(refused.Error, Is.EqualTo("torchrf: --out is one.npz; it must be a place where nothing would be replaced, and one.json is there; --overwrite replaces it.\n"));
        Assert.That(File.ReadAllText(InFolder("one.json")), Is.EqualTo("mine"));
        Assert.That(File.Exists(InFolder("one.npz")), Is.False);
        Torchrf.Do(Folder, "checkpoint export run --out one.npz --overwrite");
        Assert.That(File.ReadAllText(InFolder("one.json")), Does.Contain("\"step\": 20"));
        Assert.That(Torchrf.RunLine(Folder, "checkpoint export run --out one.json").Error, Does.Contain("it must be a folder, or a file that ends in .npz"));
    }

    [Test]
    public void A_damaged_newest_is_passed_over_and_a_damaged_file_refused()
    {
        MakeRun();
        Damage(Newest);
        var exported = Torchrf.Do(Folder, "checkpoint export run --json");
        Assert.That(exported.Error, Does.StartWith($"torchrf: passed over: {Newest}: "));
        Assert.That((string)exported.Json["source"]!, Is.EqualTo(Before));
        Assert.That(File.Exists(InFolder("run/checkpoint-0000000010/model.weight.npy")));
        var refused = Torchrf.RunLine(Folder, $"checkpoint export {Newest} --out there");
        Assert.That((refused.Code, Directory.Exists(InFolder("there"))), Is.EqualTo((2, false)));
        Assert.That(refused.Error, Does.StartWith($"torchrf: {Newest}: "));
    }

    [Test]
    public void Names_and_dtypes_that_numpy_and_file_systems_lack_are_dealt_with()
    {
        SafeTensors.Write(InFolder("t.safetensors"), new Dictionary<string, Tensor>
        {
            ["../up"] = torch.tensor(new[] { 1f }), ["__/up"] = torch.tensor(new[] { 2f }), ["A"] = torch.tensor(new[] { 3f }), ["a"] = torch.tensor(new[] { 4f }),
            [""] = torch.tensor(new[] { 5f }), ["b\u001b[2J"] = torch.tensor(new[] { 6f }).to(ScalarType.BFloat16), ["c"] = torch.zeros(1, dtype: ScalarType.ComplexFloat32),
        });
        var exported = Torchrf.Do(Folder, "checkpoint export t.safetensors --out there --json");
        Assert.That(exported.Json["notes"]!.AsArray().Select(n => (string)n!), Is.EquivalentTo(new[]
        {
            "b__2J is widened to float32, for numpy has no bfloat16.", "c is left out, for complex64 cannot be written.",
        }));
        Assert.That(Directory.GetFileSystemEntries(InFolder("there")).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { "_.._up.npy", "___up.npy", "A.npy", "a-2.npy", "_.npy", "b__2J.npy", "metadata.json" }));
        foreach (var (name, value) in new[] { ("_.._up", 1), ("___up", 2), ("A", 3), ("a-2", 4), ("_", 5), ("b__2J", 6) })
            Assert.That(NpyFile.Read(InFolder($"there/{name}.npy")).item<float>(), Is.EqualTo(value), name);
        Assert.That(Torchrf.RunLine(Folder, "checkpoint show t.safetensors").Out, Does.Not.Contain('\u001b'));
    }

    [TestCase("show")]
    [TestCase("verify")]
    [TestCase("export")]
    public void What_is_not_there_is_said(string what)
    {
        Directory.CreateDirectory(InFolder("empty"));
        File.WriteAllText(InFolder("text"), "hello, this is no checkpoint");
        Assert.That(Torchrf.RunLine(Folder, $"checkpoint {what} none").Error, Is.EqualTo("torchrf: none: there is no file or folder of that name\n"));
        Assert.That(Torchrf.RunLine(Folder, $"checkpoint {what} empty").Error, Is.EqualTo("torchrf: empty: neither a checkpoint nor weights.safetensors is in this folder\n"));
        var text = Torchrf.RunLine(Folder, $"checkpoint {what} text");
        Assert.That(text.Code, Is.EqualTo(what == "verify" ? 1 : 2));
        Assert.That(text.Out + text.Error, Does.Contain("text: the header is said to take"));
    }
}
