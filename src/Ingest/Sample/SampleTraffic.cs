using System.Buffers;
using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Ingest.Sample;

/// <summary>
/// Three days of calls for a carrier, as its switches would send them: most rated, some refused, some unratable in every way there is,
/// some advancing over several vendors, and among them records that come late, twice, changed, or broken.
/// </summary>
/// <remarks>
/// Batch k is a pure function of the carrier, the options and k, so that a player may go on from any batch after a restart.
/// Batches are to be sent in order: a changed record (a conflict) always follows its original in the same batch.
/// Used by one thread at a time.
/// </remarks>
public sealed class SampleTraffic
{
    private const uint FateRole = 2;

    private readonly SampleTrafficOptions _options;
    private readonly SampleCalendar _calendar;
    private readonly SampleCallMaker _maker;
    private readonly List<SampleRecord> _attempts = [];
    private readonly int _lateBatches;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its limits.</exception>
    /// <exception cref="InvalidOperationException">The carrier has nobody to call from or to.</exception>
    public SampleTraffic(RatingConfig carrier, SampleTrafficOptions options)
    {
        _options = options.Checked();
        _calendar = new SampleCalendar(options.Calls);
        _maker = new SampleCallMaker(new SampleMarket(carrier), _calendar, options.Seed);
        BatchCount = (int)((options.Calls + options.BatchCalls - 1) / options.BatchCalls);
        _lateBatches = Math.Max(1, BatchCount / 18);
    }

    /// <summary>When the first call of every sample begins.</summary>
    public static DateTimeOffset FirstSetup => DateTimeOffset.FromUnixTimeMilliseconds(SampleCalendar.FirstMs);

    public int BatchCount { get; }

    /// <summary>Appends batch <paramref name="batch"/>, from 0: a body ready to be posted, in CSV with its header. Returns the number of records.</summary>
    public int WriteBatch(int batch, SampleFormat format, IBufferWriter<byte> output) => Write(batch, format, output, withHeader: true);

    /// <summary>Writes all batches as one file. Returns the number of records.</summary>
    public long WriteFile(Stream file, SampleFormat format)
    {
        ArrayBufferWriter<byte> buffer = new(1 << 20);
        long records = 0;
        for (int batch = 0; batch < BatchCount; batch++)
        {
            buffer.ResetWrittenCount();
            records += Write(batch, format, buffer, withHeader: batch == 0);
            file.Write(buffer.WrittenSpan);
        }

        return records;
    }

    private int Write(int batch, SampleFormat format, IBufferWriter<byte> output, bool withHeader)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(batch, BatchCount);
        if (format == SampleFormat.Csv && withHeader)
        {
            SampleRecordWriter.WriteHeader(output);
        }

        SampleRecordWriter writer = new(format, output);
        int records = 0;
        foreach (long call in CallsOf(batch))
        {
            records += IsLate(batch, FateOf(call)) ? 0 : WriteCall(ref writer, call);
        }

        foreach (long call in CallsOf(batch - _lateBatches))
        {
            records += IsLate(batch - _lateBatches, FateOf(call)) ? WriteCall(ref writer, call) : 0;
        }

        foreach (long call in CallsOf(batch))
        {
            records += WriteAfterthoughts(ref writer, batch, call, format);
        }

        foreach (long call in CallsOf(batch - 1))
        {
            SampleFate fate = FateOf(call);
            records += fate.IsRepeatedLater && !IsLate(batch - 1, fate) ? WriteCall(ref writer, call) : 0;
        }

        return records;
    }

    private int WriteCall(ref SampleRecordWriter writer, long call)
    {
        _maker.Make(call, _attempts);
        foreach (SampleRecord record in _attempts)
        {
            writer.Write(record);
        }

        return _attempts.Count;
    }

    /// <summary>What follows a call in its own batch: the switch repeats it, contradicts itself, or writes what nobody can read.</summary>
    private int WriteAfterthoughts(ref SampleRecordWriter writer, int batch, long call, SampleFormat format)
    {
        SampleFate fate = FateOf(call);
        int records = 0;
        if (!IsLate(batch, fate) && fate.IsRepeatedSoon)
        {
            records += WriteCall(ref writer, call);
        }

        if (!IsLate(batch, fate) && fate.IsContradicted)
        {
            _maker.Make(call, _attempts);
            SampleRecord changed = _attempts[^1];
            changed.SipCode = changed.SipCode == 200 ? 202 : 500;
            writer.Write(changed);
            records++;
        }

        if (fate.IsFollowedByBroken)
        {
            SampleBroken.Write(ref writer, call, SampleDice.Mix(_options.Seed ^ (ulong)call).ToString("x16", CultureInfo.InvariantCulture), format);
            records++;
        }

        return records;
    }

    /// <summary>Late records come hours after their time, and never after the last batch.</summary>
    private bool IsLate(int batch, SampleFate fate) => fate.IsLate && batch + _lateBatches < BatchCount;

    private SampleFate FateOf(long call)
    {
        SampleDice dice = SampleDice.Of(_options.Seed, call, FateRole);
        return new SampleFate(dice.Below(100_000));
    }

    private IEnumerable<long> CallsOf(int batch)
    {
        long first = (long)batch * _options.BatchCalls;
        long end = batch < 0 ? first : Math.Min(_options.Calls, first + _options.BatchCalls);
        for (long call = first; call < end; call++)
        {
            yield return call;
        }
    }
}
