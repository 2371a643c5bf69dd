using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;

namespace Perimeter.Rating.Tests;

/// <summary>Rows in columns: each is given back as it was.</summary>
public sealed class RateRowsTests
{
    [Fact]
    public void Rows_are_given_back_as_they_were_and_equal_rows_are_equal() =>
        Seeds.Check(300, seed =>
        {
            RateRow[] rows = Draw(new Random(seed));
            RateRows kept = [.. rows];
            Assert.Equal(rows, kept);
            Assert.Equal(RateRows.Create(rows), kept);
            Assert.Equal(rows.Length > 0 && rows.All(static row => row is { Interstate: null, Intrastate: null, Indeterminate: null, Local: null }), kept.AreFlat && rows.Length > 0);
        });

    [Fact]
    public void One_changed_field_of_one_row_makes_the_rows_different() =>
        Seeds.Check(300, seed =>
        {
            Random random = new(seed);
            RateRow[] rows = Draw(random);
            if (rows.Length == 0)
            {
                return;
            }

            int place = random.Next(rows.Length);
            RateRow row = rows[place];
            RateRow[] changes =
            [
                row with { Code = row.Code.Length < 15 ? row.Code.Prepend(7) : row.Code.Skip(1) }, row with { CodeText = row.CodeText + "x" }, row with { Origin = RateOrigin.Of(E164.Parse("77")) },
                row with { Lata = new Lata(row.Lata.Number + 1) }, row with { Ocn = new Ocn(row.Ocn.Packed + 1) }, row with { Destination = new DestinationId(row.Destination.Value + 1) },
                row with { Rate = row.Rate is null ? new Rate(0) : null }, row with { Interstate = row.Interstate is null ? new Rate(0) : null }, row with { Local = new Rate((row.Local?.NanosPerMinute ?? 0) + 1) },
                row with { Increment = new BillingIncrement(7, 9) }, row with { ConnectFee = new Money(row.ConnectFee.Nanos + 1) }, row with { InitialRate = row.InitialRate is null ? new Rate(0) : null },
                row with { InForce = new Interval(row.InForce.FromMs, 77) }, row with { Blocked = !row.Blocked }, row with { NumberCharges = new NumberCharges(new Money(77), default) },
                row with { Upload = row.Upload + 1 }, row with { Line = row.Line + 1 },
            ];
            RateRow changed = changes[random.Next(changes.Length)];
            Assert.NotEqual(RateRows.Create(rows), [.. rows[..place], changed, .. rows[(place + 1)..]]);
        });

    private static RateRow[] Draw(Random random)
    {
        bool ofUs = random.Next(2) == 0;
        bool withKeys = random.Next(3) == 0;
        return [.. Enumerable.Range(0, random.Next(0, 30)).Select(line =>
        {
            string code = (ofUs ? "1" : "") + random.NextInt64(2, 10_000_000_000);
            Rate? Some(int of) => random.Next(of) == 0 ? new Rate(random.Next(-3, 1_000)) : null;
            return new RateRow
            {
                Code = withKeys && random.Next(2) == 0 ? default : E164.Parse(code),
                CodeText = random.Next(8) == 0 ? "224/504E" : ofUs && random.Next(2) == 0 ? code[1..] : code,
                Origin = withKeys && random.Next(2) == 0 ? RateOrigin.Of(E164.Parse("49")) : RateOrigin.Any,
                Lata = withKeys ? new Lata(random.Next(3)) : default, Ocn = withKeys ? new Ocn((uint)random.Next(3)) : default,
                Destination = new DestinationId(random.Next(3)), Rate = Some(ofUs ? 3 : 1), Interstate = ofUs ? Some(2) : null, Intrastate = ofUs ? Some(2) : null,
                Indeterminate = ofUs ? Some(4) : null, Local = ofUs ? Some(8) : null, Increment = random.Next(2) == 0 ? new BillingIncrement(60, 60) : BillingIncrement.PerSecond,
                ConnectFee = new Money(random.Next(2)), InitialRate = Some(4), InForce = random.Next(2) == 0 ? Interval.Always : new Interval(random.Next(3), random.Next(3, 5)),
                Blocked = random.Next(4) == 0, NumberCharges = random.Next(8) == 0 ? new NumberCharges(new Money(1), new Money(2)) : null, Upload = random.Next(1, 3), Line = line + 2,
            };
        })];
    }
}
