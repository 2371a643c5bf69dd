using System.Text;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What mod_json_cdr makes of a document before it sends or writes it, by its settings.</summary>
internal static class FreeSwitchBodies
{
    // SWITCH_URL_UNSAFE, and what is no printable ASCII.
    private const string Unsafe = "\r\n #%&+:;<=>?@[\\]^`{|}\"";

    /// <param name="json">The document.</param>
    /// <param name="keepsEscapes">As today: what is an escape already stays as it is. Older versions encode its percent sign too.</param>
    public static string Encode(string json, bool keepsEscapes)
    {
        var text = new StringBuilder();
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        for (int i = 0; i < bytes.Length; i++)
        {
            char c = (char)bytes[i];
            bool isEscape = keepsEscapes && c == '%' && i + 2 < bytes.Length && IsUpperHex(bytes[i + 1]) && IsUpperHex(bytes[i + 2]);
            text.Append(!isEscape && (c < ' ' || c > '~' || Unsafe.Contains(c, StringComparison.Ordinal)) ? $"%{(int)c:X2}" : c.ToString());
        }

        return text.ToString();
    }

    /// <summary>Every way in which the same document comes, posted and in files.</summary>
    public static IEnumerable<(string Way, string Body)> Ways(string json)
    {
        json = json.TrimEnd('\n');
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
        yield return ("plain", json);
        yield return ("plain, in lines", $"\uFEFF\r\n {json}\r\n");
        yield return ("form", $"cdr={Encode(json, keepsEscapes: true)}");
        yield return ("form of an older version", $"cdr={Encode(json, keepsEscapes: false)}");
        yield return ("form that was encoded by a library", $"cdr={System.Net.WebUtility.UrlEncode(json)}");
        yield return ("form, not encoded", $"cdr={json}");
        yield return ("form of base64", $"cdr={base64}");
        yield return ("form of base64, encoded again", $"cdr={Uri.EscapeDataString(base64)}");
        yield return ("file, encoded", Encode(json, keepsEscapes: true) + "\n");
        yield return ("file, base64", base64 + "\n");
    }

    private static bool IsUpperHex(byte b) => b is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'F');
}
