using System.Buffers;
using System.Text.Json;
using Perimeter.Ingest.Switches.Json;

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
    private static readonly ByteSet AlwaysEncoded = new(" #&+:;<=>?@[\\]^`{|}\""u8);

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n"u8);

    private readonly JsonSlots _top = new("switchname", "channel_data", "variables", "callflow");
    private readonly JsonSlots _channelData = new("direction");
    private readonly JsonQuotes _quotes = new();
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
        JsonWalk walk = new(json, _quotes);
        ReadMembers(ref walk);
        if (walk.IsOdd || json[walk.Consumed..].ContainsAnyExcept(Blank))
        {
            if (ReadByToken(json) is { } fault)
            {
                return fault;
            }
        }

        if (!_isPlain)
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

    private static JsonSlots NewProfile() => new("ani", "caller_id_number", "network_addr", "destination_number", "aniii");

    private void ReadMembers<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        _top.Clear();
        _channelData.Clear();
        Variables.Clear();
        Own.Clear();
        Originator.Clear();
        _isPlain = false;
        if (json.Form != JsonTokenType.StartObject)
        {
            return;
        }

        while (json.Next(out ReadOnlySpan<byte> name))
        {
            ReadMember(_top.Find(name), ref json);
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
            json.Take(_top, slot);
        }
    }

    private void ReadVariables<TJson>(ref TJson json)
        where TJson : struct, IJsonMembers, allows ref struct
    {
        while (json.Next(out ReadOnlySpan<byte> name))
        {
            _isPlain = _isPlain || (json.Form == JsonTokenType.String && json.Holds(AlwaysEncoded));
            json.Take(Variables, Variables.Find(name));
        }
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

        while (json.Next(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("caller_profile"u8) && json.Form == JsonTokenType.StartObject)
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
        while (json.Next(out ReadOnlySpan<byte> name))
        {
            if (name.SequenceEqual("originator"u8))
            {
                ReadOriginator(ref json);
            }
            else
            {
                json.Take(Own, Own.Find(name));
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
