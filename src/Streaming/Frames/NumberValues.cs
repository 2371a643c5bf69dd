using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perimeter.Domain;

namespace Perimeter.Streaming;

/// <summary>What a column of numbers spans: the least and the most of what is not the default, and whether the default is among them.</summary>
/// <param name="Least">Above <paramref name="Most"/> where there is nothing but the default.</param>
internal readonly record struct NumberSpan(long Least, long Most, bool HasDefault);

/// <summary>The passes over the gathered numbers of a column, several numbers at a time.</summary>
internal static class NumberValues
{
    public static NumberSpan SpanOf(ReadOnlySpan<long> values, long defaultValue)
    {
        Vector<long> theDefault = new(defaultValue);
        Vector<long> least = new(long.MaxValue);
        Vector<long> most = new(long.MinValue);
        Vector<long> any = Vector<long>.Zero;
        ReadOnlySpan<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        foreach (Vector<long> some in vectors)
        {
            Vector<long> isDefault = Vector.Equals(some, theDefault);
            any |= isDefault;
            least = Vector.Min(least, Vector.ConditionalSelect(isDefault, least, some));
            most = Vector.Max(most, Vector.ConditionalSelect(isDefault, most, some));
        }

        NumberSpan span = new(long.MaxValue, long.MinValue, any != Vector<long>.Zero);
        for (int lane = 0; lane < Vector<long>.Count; lane++)
        {
            span = span with { Least = Math.Min(span.Least, least[lane]), Most = Math.Max(span.Most, most[lane]) };
        }

        foreach (long value in values[(vectors.Length * Vector<long>.Count)..])
        {
            span = value == defaultValue
                ? span with { HasDefault = true }
                : span with { Least = Math.Min(span.Least, value), Most = Math.Max(span.Most, value) };
        }

        return span;
    }

    /// <summary>Puts <paramref name="forDefault"/> in place of the default, and adds to all others.</summary>
    public static void Replace(Span<long> values, long defaultValue, long forDefault, long add)
    {
        Vector<long> from = new(defaultValue);
        Vector<long> to = new(forDefault);
        Vector<long> more = new(add);
        Span<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        foreach (ref Vector<long> some in vectors)
        {
            some = Vector.ConditionalSelect(Vector.Equals(some, from), to, some + more);
        }

        foreach (ref long value in values[(vectors.Length * Vector<long>.Count)..])
        {
            value = value == defaultValue ? forDefault : unchecked(value + add);
        }
    }

    /// <summary>Takes from each value that is not the default what it is told against, 0 where that is unknown.</summary>
    /// <returns>False where a difference cannot be told from the default: the values are then spoilt.</returns>
    public static bool Subtract(Span<long> values, ReadOnlySpan<long> bases, long defaultValue)
    {
        bases = bases[..values.Length];
        Vector<long> theDefault = new(defaultValue);
        Vector<long> bad = Vector<long>.Zero;
        Span<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        ReadOnlySpan<Vector<long>> vectorBases = MemoryMarshal.Cast<long, Vector<long>>(bases);
        for (int i = 0; i < vectors.Length; i++)
        {
            Vector<long> isDefault = Vector.Equals(vectors[i], theDefault);
            Vector<long> difference = vectors[i] - Known(vectorBases[i]);
            bad |= Vector.AndNot(Vector.Equals(difference, theDefault), isDefault);
            vectors[i] = Vector.ConditionalSelect(isDefault, theDefault, difference);
        }

        bool isTold = bad == Vector<long>.Zero;
        for (int i = vectors.Length * Vector<long>.Count; i < values.Length; i++)
        {
            if (values[i] != defaultValue)
            {
                values[i] = unchecked(values[i] - Known(bases[i]));
                isTold &= values[i] != defaultValue;
            }
        }

        return isTold;
    }

    /// <summary>The way back from <see cref="Subtract"/>.</summary>
    public static void Add(Span<long> values, ReadOnlySpan<long> bases, long defaultValue)
    {
        bases = bases[..values.Length];
        Vector<long> theDefault = new(defaultValue);
        Span<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        ReadOnlySpan<Vector<long>> vectorBases = MemoryMarshal.Cast<long, Vector<long>>(bases);
        for (int i = 0; i < vectors.Length; i++)
        {
            vectors[i] = Vector.ConditionalSelect(Vector.Equals(vectors[i], theDefault), theDefault, vectors[i] + Known(vectorBases[i]));
        }

        for (int i = vectors.Length * Vector<long>.Count; i < values.Length; i++)
        {
            values[i] = values[i] == defaultValue ? defaultValue : unchecked(values[i] + Known(bases[i]));
        }
    }

    /// <summary>Puts the difference to the one before in place of each value that is not the default.</summary>
    /// <returns>False where a difference cannot be told from the default: the values are then spoilt.</returns>
    public static bool SubtractPrevious(Span<long> values, long defaultValue)
    {
        long previous = 0;
        foreach (ref long value in values)
        {
            if (value == defaultValue)
            {
                continue;
            }

            long difference = unchecked(value - previous);
            if (difference == defaultValue)
            {
                return false;
            }

            previous = value;
            value = difference;
        }

        return true;
    }

    /// <summary>The way back from <see cref="SubtractPrevious"/>.</summary>
    public static void AddPrevious(Span<long> values, long defaultValue)
    {
        long previous = 0;
        foreach (ref long value in values)
        {
            if (value != defaultValue)
            {
                previous = unchecked(value + previous);
                value = previous;
            }
        }
    }

    /// <returns>The first that is less than <paramref name="least"/> or exceeds it by more than <paramref name="range"/>, or -1.</returns>
    public static int IndexOutside(ReadOnlySpan<long> values, long least, ulong range)
    {
        Vector<long> lowest = new(least);
        Vector<ulong> widest = new(range);
        ReadOnlySpan<Vector<long>> vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        Vector<ulong> outside = Vector<ulong>.Zero;
        foreach (Vector<long> some in vectors)
        {
            outside |= Vector.GreaterThan(Vector.AsVectorUInt64(some - lowest), widest);
        }

        for (int i = outside == Vector<ulong>.Zero ? vectors.Length * Vector<long>.Count : 0; i < values.Length; i++)
        {
            if (unchecked((ulong)(values[i] - least)) > range)
            {
                return i;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<long> Known(Vector<long> bases) => Vector.AndNot(bases, Vector.Equals(bases, new Vector<long>(CallEvent.NoInstant)));

    private static long Known(long value) => value == CallEvent.NoInstant ? 0 : value;
}
