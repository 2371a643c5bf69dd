namespace Perimeter.Config;

/// <summary>What an id stands for: it must be the same thing in every revision that has it.</summary>
/// <param name="File">The kind of thing, by the file that lists it.</param>
/// <param name="Name">May change from one revision to the next; a thing that was gone comes back only under its old name.</param>
/// <param name="Nature">What never changes: the direction of a trunk group, the currency of an exchange rate.</param>
internal sealed record CarrierIdentity(string File, int Id, string Name, string Nature, long Line);
