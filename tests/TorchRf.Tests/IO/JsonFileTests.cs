using System.Text;
using TorchRf.IO;

namespace TorchRf.Tests.IO;

public sealed class JsonFileTests : FileFixture
{
    private string Target => InFolder("a.json");

    [TestCase("{\"a\":[1,\"λ\",{\"b\":null}]}")]
    [TestCase("\uFEFF{\"a\":[1,\"λ\",{\"b\":null}]}\n")]
    public void Reads_an_object(string text)
    {
        Save("a.json", Encoding.UTF8.GetBytes(text));
        Assert.That(JsonFile.ReadObject(Target)["a"]!.ToJsonString(), Is.EqualTo("[1,\"\\u03BB\",{\"b\":null}]"));
    }

    [TestCase("", "not valid JSON")]
    [TestCase("{}{}", "not valid JSON")]
    [TestCase("[1]", "not a JSON object")]
    [TestCase("null", "not a JSON object")]
    [TestCase("{\"a\":NaN}", "not valid JSON")]
    [TestCase("{\"a\":1,\"a\":2}", "uplicate")]
    [TestCase("{\"a\":{\"b\":1,\"\\u0062\":2}}", "uplicate")]
    [TestCase("{\"a\":\"\\ud800\"}", "not valid Unicode")]
    [TestCase("{\"\\ud800\":1}", "Unicode")]
    public void Refuses_what_is_none(string text, string reason)
    {
        Save("a.json", Encoding.UTF8.GetBytes(text));
        CheckRefusal(Assert.Throws<InvalidDataException>(() => JsonFile.ReadObject(Target)), Target, reason);
    }

    [Test]
    public void Refuses_bytes_that_are_no_text()
    {
        Save("a.json", [.. "{\"a"u8, 0xE8, .. "\":1}"u8]);
        CheckRefusal(Assert.Throws<InvalidDataException>(() => JsonFile.ReadObject(Target)), Target, "not valid UTF-8");
    }

    [Test]
    public void Refuses_an_absurdly_long_file()
    {
        // A sparse file, which takes no room on the disk.
        using (var file = File.Create(Target))
        {
            file.Write("{}"u8);
            file.SetLength(1L << 32);
        }

        CheckRefusal(Assert.Throws<InvalidDataException>(() => JsonFile.ReadObject(Target)), Target, "too many");
    }
}
