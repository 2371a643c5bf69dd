using System.Security.Cryptography;
using System.Text;

namespace Perimeter.Oracle;

/// <summary>Rates records by a carrier folder.</summary>
public sealed class CarrierOracle
{
    private readonly CarrierFiles _carrier;
    private readonly Rules _rules;

    private CarrierOracle(CarrierFiles carrier, Nanp nanp)
    {
        _carrier = carrier;
        _rules = new Rules(carrier, nanp);
    }

    /// <param name="dataFolder">The numbering data: samples/data.</param>
    public static CarrierOracle Open(string carrierFolder, string dataFolder) => new(new CarrierFiles(carrierFolder), new Nanp(dataFolder));

    /// <summary>One attempt, whatever came before it.</summary>
    public AttemptResult Rate(CallRecord record) => _rules.Rate(record);

    /// <summary>
    /// Takes the records in their order: the first of a key is rated, an equal one is a repeat, another one is put aside.
    /// </summary>
    /// <param name="seen">Called with every attempt that is rated, in order.</param>
    public OracleReport Rate(IEnumerable<ReadRecord> records, Action<AttemptResult>? seen = null)
    {
        OracleReport report = new(
            _carrier.Groups.ToDictionary(group => group.Id, group => group.Name),
            _carrier.Companies.ToDictionary(company => company.Id, company => company.Name));
        Dictionary<string, UInt128> taken = [];
        foreach (ReadRecord read in records)
        {
            if (read.Record is not { } record)
            {
                report.Broken++;
                continue;
            }

            UInt128 content = Hash(record.Content);
            if (taken.TryGetValue(record.Key, out UInt128 before))
            {
                report.Repeats += content == before ? 1 : 0;
                report.Conflicts += content == before ? 0 : 1;
                continue;
            }

            taken.Add(record.Key, content);
            AttemptResult attempt = Rate(record);
            report.Add(attempt);
            seen?.Invoke(attempt);
        }

        return report;
    }

    private static UInt128 Hash(string content)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(content));
        return new UInt128(BitConverter.ToUInt64(hash, 0), BitConverter.ToUInt64(hash, 8));
    }
}
