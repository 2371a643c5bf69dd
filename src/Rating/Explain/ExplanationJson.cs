namespace Perimeter.Rating.Explain;

/// <summary>Explanations for programs. Amounts, rates and numbers are strings, so that no reader rounds them; instants are ISO 8601.</summary>
public static class ExplanationJson
{
    public static string Render(CallExplanation call) => throw new NotSupportedException();

    public static string Render(SideExplanation side) => throw new NotSupportedException();
}
