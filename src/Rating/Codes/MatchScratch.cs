namespace Perimeter.Rating.Codes;

/// <summary>The last match in each family of codes.</summary>
internal struct MatchScratch
{
    public CodeMatch International;
    public CodeMatch UsCanada;
}
