using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Load.Calls;

namespace Perimeter.Load.Records;

/// <summary>Calls as a file of call records, with the columns that a switch writes.</summary>
internal static class RecordFile
{
    public static byte[] Write(CallSet calls)
    {
        StringBuilder csv = new("switch_id,call_id,trunk_group_a,trunk_group_b,ani,dnis,lrn,setup_time,answer_time,end_time,sip_code\n");
        foreach (RatedCallBatch batch in calls.Batches)
        {
            TextArena texts = batch.Events.Texts;
            foreach (ref readonly CallEvent call in batch.Events.Events)
            {
                csv.Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.SwitchId)},{texts.GetString(call.CallId)},{texts.GetString(call.TrunkGroupA)},")
                    .Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.TrunkGroupB)},{texts.GetString(call.Ani)},{texts.GetString(call.Dnis)},")
                    .Append(CultureInfo.InvariantCulture, $"{texts.GetString(call.Lrn)},{Time(call.SetupMs)},{Time(call.AnswerMs)},{Time(call.EndMs)},200\n");
            }
        }

        return Encoding.UTF8.GetBytes(csv.ToString());
    }

    private static string Time(long ms) =>
        ms == CallEvent.NoInstant ? "" : DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
