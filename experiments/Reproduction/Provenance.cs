namespace TorchRf.Experiments.Reproduction;

/// <summary>Whose a number is that measured ones are held against.</summary>
public enum Provenance
{
    /// <summary>The paper's text or figures.</summary>
    Paper,

    /// <summary>The authors' published notebooks.</summary>
    Notebook,

    /// <summary>An independent implementation's, where the paper gives none.</summary>
    Independent,
}
