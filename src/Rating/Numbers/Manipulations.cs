using System.Text;
using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating.Numbers;

/// <summary>The manipulations of one header of one trunk group, in their order.</summary>
internal sealed class Manipulations(IReadOnlyList<Manipulation> ordered)
{
    public static Manipulations None { get; } = new([]);

    public bool IsEmpty => ordered.Count == 0;

    /// <summary>The number after all manipulations in force at the instant; <paramref name="number"/> itself where none matched.</summary>
    /// <param name="room">Where the result is written: <see cref="ManipulationConfig.MaxNumberLength"/> bytes.</param>
    public ReadOnlySpan<byte> Apply<TTrace>(ReadOnlySpan<byte> number, long instantMs, Span<byte> room, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (number.Length > ManipulationConfig.MaxNumberLength)
        {
            return number;
        }

        Span<char> characters = stackalloc char[ManipulationConfig.MaxNumberLength];
        foreach (Manipulation manipulation in ordered)
        {
            ReadOnlySpan<char> before = characters[..Encoding.Latin1.GetChars(number, characters)];
            if (!manipulation.Config.InForce.Contains(instantMs) || !manipulation.Matches(before))
            {
                continue;
            }

            string after = manipulation.Apply(before);
            trace.Manipulated(manipulation.Config, after);
            if (after.Length > ManipulationConfig.MaxNumberLength)
            {
                return default;
            }

            number = room[..Encoding.Latin1.GetBytes(after, room)];
        }

        return number;
    }
}
