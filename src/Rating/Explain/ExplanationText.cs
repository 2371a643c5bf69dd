namespace Perimeter.Rating.Explain;

/// <summary>Explanations for people.</summary>
public static class ExplanationText
{
    public static string Render(CallExplanation call) => throw new NotSupportedException();

    public static string Render(SideExplanation side) => throw new NotSupportedException();
}
