using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating.Numbers;

/// <summary>What was done to a number on its way to E.164.</summary>
internal enum NumberStep
{
    TechPrefixOff, PlusDropped, InternationalPrefixDropped, NationalPrefixDropped, CountryCodeAdded, NotDigits, BeginsWithZero, NotNanp,
}

/// <summary>Brings numbers as received to E.164 without "+".</summary>
internal static class NumberReading
{
    /// <summary>
    /// The number, or none where it is not 1 to 15 digits or begins with 0. After a "+" it is E.164 already: neither a tech prefix nor a form is looked for.
    /// </summary>
    public static E164 Read<TTrace>(string field, ReadOnlySpan<byte> received, ReadOnlySpan<byte> techPrefix, NumberWriting writing, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        trace.NumberBegins(field, received);
        return ReadForm(TakeTechPrefixOff(received, techPrefix, ref trace), writing, ref trace);
    }

    /// <summary>The same, with a group's manipulations between the tech prefix and the form.</summary>
    public static E164 Read<TTrace>(
        string field, ReadOnlySpan<byte> received, ReadOnlySpan<byte> techPrefix, Manipulations manipulations, long instantMs, NumberWriting writing, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (manipulations.IsEmpty)
        {
            return Read(field, received, techPrefix, writing, ref trace);
        }

        trace.NumberBegins(field, received);
        ReadOnlySpan<byte> text = TakeTechPrefixOff(received, techPrefix, ref trace);
        return ReadForm(manipulations.Apply(text, instantMs, stackalloc byte[ManipulationConfig.MaxNumberLength], ref trace), writing, ref trace);
    }

    private static ReadOnlySpan<byte> TakeTechPrefixOff<TTrace>(ReadOnlySpan<byte> text, ReadOnlySpan<byte> techPrefix, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (techPrefix.IsEmpty || !text.StartsWith(techPrefix))
        {
            return text;
        }

        trace.NumberStep(NumberStep.TechPrefixOff, techPrefix);
        return text[techPrefix.Length..];
    }

    private static E164 ReadForm<TTrace>(ReadOnlySpan<byte> text, NumberWriting writing, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        bool gainsCountryCode = false;
        if (!text.IsEmpty && text[0] == (byte)'+')
        {
            text = text[1..];
            trace.NumberStep(NumberStep.PlusDropped, default);
        }
        else if (!writing.InternationalPrefix.IsEmpty && text.StartsWith(writing.InternationalPrefix))
        {
            text = text[writing.InternationalPrefix.Length..];
            trace.NumberStep(NumberStep.InternationalPrefixDropped, writing.InternationalPrefix);
        }
        else if (!writing.NationalPrefix.IsEmpty && text.StartsWith(writing.NationalPrefix))
        {
            text = text[writing.NationalPrefix.Length..];
            gainsCountryCode = true;
            trace.NumberStep(NumberStep.NationalPrefixDropped, writing.NationalPrefix);
        }
        else
        {
            gainsCountryCode = writing.GainsCountryCode(text.Length);
        }

        E164 number = Parse(text, gainsCountryCode ? writing.CountryCode : default, ref trace);
        trace.NumberEnds(number);
        return number;
    }

    /// <summary>The number as US and Canada write it, or none where it is not 1NXXNXXXXXX in the end: for the LRN.</summary>
    public static E164 ReadNanp<TTrace>(string field, ReadOnlySpan<byte> received, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        E164 number = Read(field, received, default, NumberWriting.TenDigits, ref trace);
        if (number.IsNone || NumberPlan.IsNanp(number))
        {
            return number;
        }

        trace.NumberStep(NumberStep.NotNanp, default);
        trace.NumberEnds(default);
        return default;
    }

    /// <param name="countryCode">What is put in front; may be empty.</param>
    private static E164 Parse<TTrace>(ReadOnlySpan<byte> text, ReadOnlySpan<byte> countryCode, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!E164.TryParse(text, out E164 number) || number.Length + countryCode.Length > E164.MaxDigits)
        {
            trace.NumberStep(NumberStep.NotDigits, default);
            return default;
        }

        if (!countryCode.IsEmpty)
        {
            for (int i = countryCode.Length - 1; i >= 0; i--)
            {
                number = number.Prepend(countryCode[i] - '0');
            }

            trace.NumberStep(NumberStep.CountryCodeAdded, countryCode);
        }

        if (number[0] == 0)
        {
            trace.NumberStep(NumberStep.BeginsWithZero, default);
            return default;
        }

        return number;
    }
}
