using System.Buffers;
using System.Text.Json;
using Perimeter.Records.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// What one document of mod_json_cdr says of a leg, as far as it matters here. Its variables are percent-encoded or not, by the setting encode-values: either all or none.
/// The stamp of the start, which every leg has, tells: it holds blanks and colons, which are always encoded. Where it is missing, any variable with such a character does.
/// </summary>
internal sealed class FreeSwitchDocument
{
    // Of a callflow's profile.
    public const int Ani = 0;
    public const int CallerIdNumber = 1;
    public const int NetworkAddress = 2;
    public const int Destination = 3;
    public const int OriginatingLine = 4;

    private const int OriginatorSlot = 5;

    private const int SwitchNameSlot = 0;
    private const int ChannelData = 1;
    private const int VariablesSlot = 2;
    private const int Callflow = 3;

    // What FreeSWITCH encodes, but for the percent sign and line ends.
    private static readonly SearchValues<byte> AlwaysEncoded = SearchValues.Create(" #&+:;<=>?@[\\]^`{|}\""u8);

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);

    private readonly JsonSlots _top = new("switchname", "channel_data", "variables", "callflow");
    private readonly JsonSlots _channelData = new("direction");
    private readonly JsonSlots _callflow = new("caller_profile");
    private readonly JsonQuotes _quotes = new();
    private readonly int _startStamp;
    private readonly int _protocolCause;
    private bool _isToDecode;

    /// <param name="variables">Those that are kept.</param>
    /// <param name="startStamp">Where start_stamp is among them.</param>
    /// <param name="protocolCause">Where proto_specific_hangup_cause is.</param>
    public FreeSwitchDocument(ReadOnlySpan<string> variables, int startStamp, int protocolCause)
    {
        Variables = new JsonSlots(variables);
        _startStamp = startStamp;
        _protocolCause = protocolCause;
    }

    /// <summary>Whether all that was kept holds printable ASCII alone.</summary>
    public bool IsPlain => Variables.IsPlain && Own.IsPlain && Originator.IsPlain && _top.IsPlain;

    public ReadOnlySpan<byte> SwitchName => _top[SwitchNameSlot];

    /// <summary>"inbound" or "outbound".</summary>
    public ReadOnlySpan<byte> Direction => _channelData[0];

    public JsonSlots Variables { get; }

    /// <summary>The leg's own profile, as it was first: the number as dialled, before any transfer.</summary>
    public JsonSlots Own { get; } = NewProfile();

    /// <summary>The profile of the leg that dialled this one; empty where none did.</summary>
    public JsonSlots Originator { get; } = NewProfile();

    /// <summary>Reads bytes that are one document and nothing else.</summary>
    /// <returns>Why they are none; null where they are.</returns>
    public string? Read(ReadOnlySpan<byte> json)
    {
        JsonWalk walk = new(json, _quotes);
        ReadMembers(ref walk);
        if (walk.IsOdd || json[walk.Consumed..].ContainsAnyExcept(Blank))
        {
            if (ReadByToken(json) is { } fault)
            {
                return fault;
            }
        }

        if (_isToDecode)
        {
            Variables.DecodePercent();
        }

        return null;
    }

    private string? ReadByToken(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: true, default);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return "the record is no JSON object";
            }

            JsonTokens tokens = new(reader);
            ReadMembers(ref tokens);

            // Nothing may stand behind the object: the reader says so.
            reader = tokens.Reader;
            reader.Read();
            return null;
        }
        catch (JsonException e)
        {
            return $"the record is no JSON from byte {e.BytePositionInLine + 1} of its line {e.LineNumber + 1} on";
        }
    }

    private static JsonSlots NewProfile() => new("ani", "caller_id_number", "network_addr", "destination_number", "aniii", "originator");

    private void ReadMembers<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        _top.Clear();
        _channelData.Clear();
        Variables.Clear();
        Own.Clear();
        Originator.Clear();
        _isToDecode = false;
        if (json.Form != JsonTokenType.StartObject)
        {
            return;
        }

        while (_top.TakeToNested(ref json) is >= 0 and int slot)
        {
            ReadMember(slot, ref json);
        }
    }

    private void ReadMember<TJson>(int slot, ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        if (slot == Callflow && json.Form == JsonTokenType.StartArray)
        {
            while (json.NextItem())
            {
                ReadCallflow(ref json);
            }
        }
        else if (slot == Callflow)
        {
            // Older versions write the member again for every profile in place of an array.
            ReadCallflow(ref json);
        }
        else if (slot == VariablesSlot && json.Form == JsonTokenType.StartObject)
        {
            ReadVariables(ref json);
        }
        else if (slot == ChannelData && json.Form == JsonTokenType.StartObject)
        {
            _channelData.ReadObject(ref json);
        }
        else
        {
            json.Skip();
        }
    }

    private void ReadVariables<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        TJson again = json;
        Variables.ReadObject(ref json);

        // The cause as sip%3A503 is known as it is: with it and the stamp alone, nothing is to be decoded.
        _isToDecode = Variables.HoldsPercentBeside(_startStamp, _protocolCause) && IsEncoded(ref again);
    }

    private bool IsEncoded<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        ReadOnlySpan<byte> stamp = Variables[_startStamp];
        bool isPlain = stamp.ContainsAny(AlwaysEncoded);
        if (isPlain || stamp.Contains((byte)'%'))
        {
            return !isPlain;
        }

        while (!isPlain && json.Next(out _))
        {
            isPlain = json.Form == JsonTokenType.String && json.Raw.ContainsAny(AlwaysEncoded);
            json.Skip();
        }

        return !isPlain;
    }

    /// <summary>The newest profile comes first, so that the last one read is the first that there was.</summary>
    private void ReadCallflow<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        if (json.Form != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        _callflow.Clear();
        while (_callflow.TakeToNested(ref json) >= 0)
        {
            if (json.Form == JsonTokenType.StartObject)
            {
                ReadOwnProfile(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    private void ReadOwnProfile<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        Own.Clear();
        while (Own.TakeToNested(ref json) is >= 0 and int slot)
        {
            if (slot == OriginatorSlot)
            {
                ReadOriginator(ref json);
            }
            else
            {
                json.Skip();
            }
        }
    }

    /// <summary>{"originator_caller_profiles":[{...},...]}: of the last profile the members.</summary>
    private void ReadOriginator<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        if (json.Form != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        while (json.Next(out _))
        {
            if (json.Form != JsonTokenType.StartArray)
            {
                ReadOriginatorProfile(ref json);
                continue;
            }

            while (json.NextItem())
            {
                ReadOriginatorProfile(ref json);
            }
        }
    }

    private void ReadOriginatorProfile<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        if (json.Form != JsonTokenType.StartObject)
        {
            json.Skip();
            return;
        }

        Originator.Clear();
        Originator.ReadObject(ref json);
    }
}
