using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Rating.Numbers;

/// <summary>What was done to a number on its way to E.164.</summary>
internal enum NumberStep { TechPrefixOff, PlusDropped, InternationalPrefixDropped, CountryCodeAdded, NotDigits, BeginsWithZero, NotNanp }

/// <summary>How a number may be written.</summary>
/// <param name="DropsInternationalPrefix">Whether a leading 011 falls.</param>
/// <param name="AddsCountryCode">Whether 10 digits gain a 1.</param>
internal readonly record struct NumberWriting(bool DropsInternationalPrefix, bool AddsCountryCode)
{
    public static NumberWriting E164 => default;

    /// <summary>What US decks allow ANI and LRN to be: 10 digits or 11.</summary>
    public static NumberWriting TenDigits => new(DropsInternationalPrefix: false, AddsCountryCode: true);

    public static NumberWriting Of(NumberingForm form) =>
        form == NumberingForm.Nanp ? new NumberWriting(DropsInternationalPrefix: true, AddsCountryCode: true) : E164;
}

/// <summary>Brings numbers as received to E.164 without "+".</summary>
internal static class NumberReading
{
    private const int NanpDigitsWithoutCountryCode = 10;

    /// <summary>
    /// The number, or none where it is not 1 to 15 digits or begins with 0. After a "+" it is E.164 already: neither a tech prefix nor a form is looked for.
    /// </summary>
    public static E164 Read<TTrace>(string field, ReadOnlySpan<byte> received, ReadOnlySpan<byte> techPrefix, NumberWriting writing, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        trace.NumberBegins(field, received);
        ReadOnlySpan<byte> text = received;
        if (!techPrefix.IsEmpty && text.StartsWith(techPrefix))
        {
            text = text[techPrefix.Length..];
            trace.NumberStep(NumberStep.TechPrefixOff, techPrefix);
        }

        bool addsCountryCode = writing.AddsCountryCode;
        if (!text.IsEmpty && text[0] == (byte)'+')
        {
            text = text[1..];
            addsCountryCode = false;
            trace.NumberStep(NumberStep.PlusDropped, default);
        }
        else if (writing.DropsInternationalPrefix && text.StartsWith("011"u8))
        {
            text = text[3..];
            addsCountryCode = false;
            trace.NumberStep(NumberStep.InternationalPrefixDropped, default);
        }

        E164 number = Parse(text, addsCountryCode, ref trace);
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

    private static E164 Parse<TTrace>(ReadOnlySpan<byte> text, bool addsCountryCode, ref TTrace trace)
        where TTrace : struct, ITrace
    {
        if (!E164.TryParse(text, out E164 number))
        {
            trace.NumberStep(NumberStep.NotDigits, default);
            return default;
        }

        if (addsCountryCode && number.Length == NanpDigitsWithoutCountryCode)
        {
            number = number.Prepend(1);
            trace.NumberStep(NumberStep.CountryCodeAdded, default);
        }

        if (number[0] == 0)
        {
            trace.NumberStep(NumberStep.BeginsWithZero, default);
            return default;
        }

        return number;
    }
}
