namespace Perimeter.Domain;

/// <summary>
/// Where the numbers are that begin with a code, and whose they are, as the operator imports it. An empty cell says nothing:
/// the entry of the shorter code stands in, and for the region the numbering plan that is built in.
/// </summary>
/// <param name="Code">NPANXX or NPANXX-X behind its leading 1.</param>
/// <param name="Region">A state or province by its two capital letters; may be empty.</param>
/// <param name="RateCenter">Names are one where they differ in case only; may be empty.</param>
/// <param name="InForce">As written: it may still be cut short by the next row of the same code.</param>
/// <param name="Line">Line of the file, from 1: of two rows with the same code and date the later wins.</param>
public sealed record ReferenceRow(E164 Code, string Region, Lata Lata, Ocn Ocn, string RateCenter, Interval InForce, int Line)
{
    public const int MaxRateCenterBytes = 100;
}
