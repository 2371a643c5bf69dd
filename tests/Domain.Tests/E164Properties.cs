using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

/// <summary>Packed numbers against strings of digits.</summary>
public sealed class E164Properties
{
    private static readonly Gen<string> Digits =
        from length in Gen.Choose(1, E164.MaxDigits)
        from digits in Gen.Choose(0, 9).ArrayOf(length)
        select string.Concat(digits);

    // A number, and a code that is often a prefix of it or nearly so.
    private static readonly Gen<(string Number, string Code)> Pairs =
        from number in Digits
        from code in Gen.OneOf(
            Digits,
            Gen.Choose(1, number.Length).Select(length => number[..length]),
            from length in Gen.Choose(1, number.Length) from last in Gen.Choose(0, 9) select number[..(length - 1)] + last)
        select (number, code);

    [Fact]
    public void Packing_gives_back_the_digits() => Properties.Check(Prop.ForAll(Digits.ToArbitrary(), digits =>
    {
        E164 number = E164.Parse(digits);
        Span<byte> ascii = stackalloc byte[E164.MaxDigits];
        int length = number.Format(ascii);
        return number.ToString() == digits
            && number.Length == digits.Length
            && E164.FromPacked(number.Packed) == number
            && Encoding.ASCII.GetString(ascii[..length]) == digits
            && E164.TryParse(ascii[..length], out E164 again) && again == number
            && Enumerable.Range(0, digits.Length).All(i => number[i] == digits[i] - '0')
            && number.GetHashCode() == again.GetHashCode();
    }));

    [Fact]
    public void Numbers_are_ordered_as_a_dictionary_orders_words() => Properties.Check(Prop.ForAll(Pairs.ToArbitrary(), pair =>
    {
        (E164 left, E164 right) = (E164.Parse(pair.Number), E164.Parse(pair.Code));
        int expected = Math.Sign(string.CompareOrdinal(pair.Number, pair.Code));
        return Math.Sign(left.CompareTo(right)) == expected
            && left < right == expected < 0 && left > right == expected > 0
            && left <= right == expected <= 0 && left >= right == expected >= 0
            && left == right == (expected == 0) && left != right == (expected != 0)
            && left.Equals((object)right) == (expected == 0);
    }));

    [Fact]
    public void A_prefix_is_the_first_digits() => Properties.Check(Prop.ForAll(Digits.ToArbitrary(), Gen.Choose(-1, 17).ToArbitrary(), (digits, length) =>
        E164.Parse(digits).Prefix(length).ToString() == digits[..Math.Clamp(length, 0, digits.Length)]));

    [Fact]
    public void A_number_starts_with_a_code_as_its_text_does() => Properties.Check(Prop.ForAll(Pairs.ToArbitrary(), pair =>
        E164.Parse(pair.Number).StartsWith(E164.Parse(pair.Code)) == pair.Number.StartsWith(pair.Code, StringComparison.Ordinal)
        && E164.Parse(pair.Number).StartsWith(default)));

    [Fact]
    public void Skipping_takes_the_first_digits_off() => Properties.Check(Prop.ForAll(Digits.ToArbitrary(), Gen.Choose(-1, 17).ToArbitrary(), (digits, count) =>
    {
        E164 rest = E164.Parse(digits).Skip(count);
        string expected = digits[Math.Clamp(count, 0, digits.Length)..];
        return rest.ToString() == expected && rest == (expected.Length == 0 ? default : E164.Parse(expected));
    }));

    [Fact]
    public void Prepending_puts_a_digit_in_front() => Properties.Check(Prop.ForAll(Digits.ToArbitrary(), Gen.Choose(0, 9).ToArbitrary(), (digits, digit) =>
    {
        string room = digits[..Math.Min(digits.Length, E164.MaxDigits - 1)];
        return E164.Parse(room).Prepend(digit) == E164.Parse($"{digit}{room}") && default(E164).Prepend(digit) == E164.Parse($"{digit}");
    }));
}
