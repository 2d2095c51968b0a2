using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using TorchRf.IO;
using TorchRf.Models;
using TorchRf.Training;

namespace TorchRf.Tests.Training;

/// <summary>A checkpoint that is not what it claims to be is refused with its reason, or restored as it is.</summary>
public sealed class DamagedCheckpointTests : FileFixture
{
    private const string Name = "checkpoint-0000000020.safetensors";

    private SingleNeuron neuron = null!;
    private TaskTrainer<SingleNeuron> trainer = null!;

    [SetUp]
    public void TrainHalfway()
    {
        neuron = SmallRun.Neuron();
        trainer = SmallRun.Trainer(neuron, SmallRun.Settings with { Steps = 20 });
        trainer.Run().Weights.Dispose();
    }

    [TearDown]
    public void Free()
    {
        trainer.Dispose();
        neuron.Dispose();
    }

    private byte[] Written(int schema, string? metrics = null)
    {
        using var scope = torch.NewDisposeScope();
        var checkpoint = trainer.Capture();
        SafeTensors.Write(InFolder("written"), checkpoint.Tensors, new Dictionary<string, string>
        {
            ["schema"] = $"{schema}", ["step"] = "20", ["optimizer"] = checkpoint.Optimizer, ["metrics"] = metrics ?? JsonSerializer.Serialize(checkpoint.Metrics),
            ["command"] = "train", ["settings"] = "{}", ["environment"] = "{}",
        }, checksum: schema > 1);
        return File.ReadAllBytes(InFolder("written"));
    }

    private static IEnumerable<byte[]> OfHeader(byte[] whole, int count, int seed)
    {
        var split = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        return TokenMutants.Of(Encoding.UTF8.GetString(whole[8..split]), count, seed).Select(header => (byte[])[.. BitConverter.GetBytes((long)header.Length), .. header, .. whole[split..]]);
    }

    [Test]
    public void Damage_to_a_file_without_a_checksum_is_refused_or_restored()
    {
        var whole = Written(schema: 1);
        CheckMutants(Mutants.Of(whole, count: 1000, seed: 3).Concat(OfHeader(whole, count: 1500, seed: 4)), CheckpointFile.Read, (checkpoint, _) => Restore(checkpoint), Name);
    }

    [Test]
    public void Metrics_that_cannot_be_are_refused_or_restored([Values(1, 2)] int schema)
    {
        using var scope = torch.NewDisposeScope();
        var metrics = TokenMutants.Of(JsonSerializer.Serialize(trainer.Capture().Metrics), count: 600, seed: 5)
            .Select(mutant => Encoding.UTF8.GetString(mutant)).Where(text => Encoding.UTF8.GetByteCount(text) < 100_000);
        CheckMutants(metrics.Select(text => Written(schema, text)), CheckpointFile.Read, (checkpoint, _) => Restore(checkpoint), Name, accepts: 10);
    }

    // Its numbers are those of a generator by chance, and an index among them leads out of its memory.
    [Test]
    public void A_state_that_no_generator_has_is_refused_or_restored([Values(0, 1, 127, 255)] byte filled)
    {
        using var scope = torch.NewDisposeScope();
        var checkpoint = trainer.Capture();
        var state = checkpoint.Tensors["generator"].bytes;
        for (int from = 0; from < state.Length; from += state.Length / 16)
        {
            state[from..].Fill(filled);
            Restore(checkpoint);
        }
    }

    // Words left, seeded, next word: what torch itself refuses. A binding may end the process then, so that the trainer must refuse it first.
    [TestCase(8, 0)]
    [TestCase(8, 625)]
    [TestCase(8, -1)]
    [TestCase(12, 0)]
    [TestCase(16, 625)]
    [TestCase(20, 1)]
    public void A_state_that_cannot_be_is_refused_before_torch_sees_it(int at, int value)
    {
        using var scope = torch.NewDisposeScope();
        var checkpoint = trainer.Capture();
        var state = checkpoint.Tensors["generator"].bytes;
        Assert.That(state.Length, Is.EqualTo(5056), "the layout that is checked");
        BinaryPrimitives.WriteInt32LittleEndian(state[at..], value);
        Assert.That(() => trainer.Restore(checkpoint), Throws.InstanceOf<InvalidDataException>().With.Message.EqualTo("The checkpoint's generator state is that of no generator."));
        Assert.That(() => trainer.Restore(trainer.Capture()), Throws.Nothing);
    }

    // A file can be whole and of another run; whatever is restored can be trained on from, or diverges.
    private void Restore(Checkpoint checkpoint)
    {
        try
        {
            trainer.Restore(checkpoint);
            trainer.Advance();
            trainer.Advance();
        }
        catch (InvalidDataException e)
        {
            Assert.That(e.Message.Any(char.IsControl), Is.False, e.Message);
            Assert.That(e.Message, Has.Length.LessThan(500));
        }
        catch (DivergenceException)
        {
            // Weights that are not finite are restored as they are.
        }
    }
}
