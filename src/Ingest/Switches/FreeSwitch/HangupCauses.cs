using System.Text;

namespace Perimeter.Ingest.Switches;

/// <summary>The SIP code with which mod_sofia refuses a call that it hangs up itself, by the cause (RFC 4497, 8.4.1, and FreeSWITCH's own causes).</summary>
internal static class HangupCauses
{
    private const int Other = 480;

    private static readonly (byte[] Cause, int SipCode)[] All =
    [
        Of("ORIGINATOR_CANCEL", 487),
        Of("NO_ROUTE_DESTINATION", 404),
        Of("UNALLOCATED_NUMBER", 404),
        Of("NO_ROUTE_TRANSIT_NET", 404),
        Of("USER_BUSY", 486),
        Of("NO_USER_RESPONSE", 408),
        Of("CALL_REJECTED", 603),
        Of("NUMBER_CHANGED", 410),
        Of("REDIRECTION_TO_NEW_DESTINATION", 410),
        Of("DESTINATION_OUT_OF_ORDER", 502),
        Of("INVALID_PROFILE", 502),
        Of("INVALID_NUMBER_FORMAT", 484),
        Of("INVALID_URL", 484),
        Of("INVALID_GATEWAY", 484),
        Of("FACILITY_REJECTED", 501),
        Of("FACILITY_NOT_IMPLEMENTED", 501),
        Of("SERVICE_NOT_IMPLEMENTED", 501),
        Of("REQUESTED_CHAN_UNAVAIL", 503),
        Of("NORMAL_CIRCUIT_CONGESTION", 503),
        Of("NETWORK_OUT_OF_ORDER", 503),
        Of("NORMAL_TEMPORARY_FAILURE", 503),
        Of("SWITCH_CONGESTION", 503),
        Of("GATEWAY_DOWN", 503),
        Of("BEARERCAPABILITY_NOTAVAIL", 503),
        Of("OUTGOING_CALL_BARRED", 403),
        Of("INCOMING_CALL_BARRED", 403),
        Of("BEARERCAPABILITY_NOTAUTH", 403),
        Of("BEARERCAPABILITY_NOTIMPL", 488),
        Of("INCOMPATIBLE_DESTINATION", 488),
        Of("RECOVERY_ON_TIMER_EXPIRE", 504),
        Of("EXCHANGE_ROUTING_ERROR", 483),
    ];

    public static int SipCodeOf(ReadOnlySpan<byte> cause)
    {
        foreach ((byte[] name, int sipCode) in All)
        {
            if (cause.SequenceEqual(name))
            {
                return sipCode;
            }
        }

        return Other;
    }

    private static (byte[] Cause, int SipCode) Of(string cause, int sipCode) => (Encoding.ASCII.GetBytes(cause), sipCode);
}
