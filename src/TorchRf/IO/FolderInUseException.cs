namespace TorchRf.IO;

/// <summary>Another process works in a folder. The message says which, where that is known.</summary>
/// <param name="folder">The folder.</param>
/// <param name="holder">Who works in it, in words.</param>
public sealed class FolderInUseException(string folder, string holder)
    : InvalidSettingException("out", folder, $"a folder that is not in use, and {holder} works in this one");
