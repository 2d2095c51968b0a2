using System.Text.Json.Nodes;
using TorchRf.Lab;
using TorchRf.Runs;

namespace TorchRf.Tests.Lab;

/// <summary>A lab that all tests of a fixture ask, and a folder of runs for it.</summary>
public abstract class LabFixture : FileFixture
{
    internal LabServer Lab { get; private set; } = null!;

    protected HttpClient Client { get; private set; } = null!;

    protected string Runs { get; private set; } = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        Runs = Directory.CreateTempSubdirectory("torchrf-runs-").FullName;
        Lab = await LabServer.Start(0, Environment.ProcessorCount, Catalogue.Own, Runs);
        Client = new HttpClient { BaseAddress = Lab.Address };
    }

    [OneTimeTearDown]
    public async Task End()
    {
        Client.Dispose();
        await Lab.DisposeAsync();
        Assert.That(Directory.Exists(Lab.Sent), Is.False, "what was sent is forgotten");
        Directory.Delete(Runs, recursive: true);
    }

    protected async Task<JsonNode> Get(string path) => JsonNode.Parse(await Client.GetStringAsync(path))!;

    /// <summary>Checks that an answer is a refusal in one line.</summary>
    protected static async Task CheckRefused(HttpResponseMessage answer, int status, string reason)
    {
        Assert.That((int)answer.StatusCode, Is.EqualTo(status));
        Assert.That((string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error"], Does.Contain(reason).And.Not.Contain("\n"));
    }
}
