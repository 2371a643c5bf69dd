using System.Buffers;
using System.Text.Json;

namespace Perimeter.Ingest.Switches;

/// <summary>
/// What one document of mod_json_cdr says of a leg, as far as it matters here. Its variables are percent-encoded or not, by the setting encode-values: either all or none,
/// and an encoded one holds none of the characters that are always encoded.
/// </summary>
internal sealed class FreeSwitchDocument
{
    // Of a callflow's profile.
    public const int Ani = 0;
    public const int CallerIdNumber = 1;
    public const int NetworkAddress = 2;
    public const int Destination = 3;
    public const int OriginatingLine = 4;

    private const int SwitchNameSlot = 0;
    private const int ChannelData = 1;
    private const int VariablesSlot = 2;
    private const int Callflow = 3;

    // What FreeSWITCH encodes, but for the percent sign and line ends.
    private static readonly SearchValues<byte> AlwaysEncoded = SearchValues.Create(" #&+:;<=>?@[\\]^`{|}\""u8);

    private readonly JsonSlots _top = new("switchname", "channel_data", "variables", "callflow");
    private readonly JsonSlots _channelData = new("direction");
    private bool _isPlain;

    public FreeSwitchDocument(ReadOnlySpan<string> variables) => Variables = new JsonSlots(variables);

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
        _top.Clear();
        _channelData.Clear();
        Variables.Clear();
        Own.Clear();
        Originator.Clear();
        _isPlain = false;
        var reader = new Utf8JsonReader(json, isFinalBlock: true, default);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return "the record is no JSON object";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int slot = _top.Find(reader.ValueSpan);
                reader.Read();
                ReadMember(slot, ref reader);
            }

            // Nothing may stand behind the object: the reader says so.
            reader.Read();
        }
        catch (JsonException e)
        {
            return $"the record is no JSON from byte {e.BytePositionInLine + 1} of its line {e.LineNumber + 1} on";
        }

        if (!_isPlain)
        {
            Variables.DecodePercent();
        }

        return null;
    }

    private static JsonSlots NewProfile() => new("ani", "caller_id_number", "network_addr", "destination_number", "aniii");

    private void ReadMember(int slot, ref Utf8JsonReader reader)
    {
        if (slot == Callflow && reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                ReadCallflow(ref reader);
            }
        }
        else if (slot == Callflow)
        {
            // Older versions write the member again for every profile in place of an array.
            ReadCallflow(ref reader);
        }
        else if (slot == VariablesSlot && reader.TokenType == JsonTokenType.StartObject)
        {
            ReadVariables(ref reader);
        }
        else if (slot == ChannelData && reader.TokenType == JsonTokenType.StartObject)
        {
            _channelData.ReadObject(ref reader);
        }
        else
        {
            _top.Take(slot, ref reader);
        }
    }

    private void ReadVariables(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int slot = Variables.Find(reader.ValueSpan);
            reader.Read();
            _isPlain = _isPlain || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.ContainsAny(AlwaysEncoded));
            Variables.Take(slot, ref reader);
        }
    }

    /// <summary>The newest profile comes first, so that the last one read is the first that there was.</summary>
    private void ReadCallflow(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isProfile = reader.ValueTextEquals("caller_profile"u8);
            reader.Read();
            if (isProfile && reader.TokenType == JsonTokenType.StartObject)
            {
                ReadOwnProfile(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadOwnProfile(ref Utf8JsonReader reader)
    {
        Own.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int slot = Own.Find(reader.ValueSpan);
            bool isOriginator = reader.ValueTextEquals("originator"u8);
            reader.Read();
            if (isOriginator)
            {
                ReadOriginator(ref reader);
            }
            else
            {
                Own.Take(slot, ref reader);
            }
        }
    }

    private void ReadOriginator(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        // {"originator_caller_profiles":[{...},...]}: of each profile the members, at whatever depth.
        int depth = reader.CurrentDepth;
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Originator.Clear();
                Originator.ReadObject(ref reader);
            }
        }
    }
}
