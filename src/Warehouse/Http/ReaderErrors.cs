using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Perimeter.Warehouse.Http;

/// <summary>ClickHouse's own error numbers and names, and the status that its HTTP interface gives each.</summary>
internal static partial class ReaderErrors
{
    public const int BadArguments = 36;
    public const int NotImplemented = 48;
    public const int SyntaxError = 62;
    public const int UnknownCompressionMethod = 89;
    public const int UnknownSetting = 115;
    public const int Readonly = 164;
    public const int TooManySimultaneousQueries = 202;
    public const int QueryWithSameIdIsAlreadyRunning = 216;
    public const int QueryIsTooLarge = 229;
    public const int NotEnoughSpace = ClickHouseException.NotEnoughSpace;
    public const int CannotDecompress = 271;
    public const int SupportIsDisabled = 344;
    public const int IntoOutfileNotAllowed = 358;
    public const int QueryWasCancelled = 394;
    public const int TooManyRowsOrBytes = 396;
    public const int FunctionNotAllowed = 446;
    public const int AuthenticationFailed = 516;
    private const int StdException = 1001;

    private static readonly FrozenDictionary<int, string> Names = new Dictionary<int, string>
    {
        [BadArguments] = "BAD_ARGUMENTS",
        [NotImplemented] = "NOT_IMPLEMENTED",
        [SyntaxError] = "SYNTAX_ERROR",
        [UnknownCompressionMethod] = "UNKNOWN_COMPRESSION_METHOD",
        [UnknownSetting] = "UNKNOWN_SETTING",
        [Readonly] = "READONLY",
        [TooManySimultaneousQueries] = "TOO_MANY_SIMULTANEOUS_QUERIES",
        [QueryWithSameIdIsAlreadyRunning] = "QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING",
        [QueryWasCancelled] = "QUERY_WAS_CANCELLED",
        [QueryIsTooLarge] = "QUERY_IS_TOO_LARGE",
        [NotEnoughSpace] = "NOT_ENOUGH_SPACE",
        [CannotDecompress] = "CANNOT_DECOMPRESS",
        [SupportIsDisabled] = "SUPPORT_IS_DISABLED",
        [IntoOutfileNotAllowed] = "INTO_OUTFILE_NOT_ALLOWED",
        [TooManyRowsOrBytes] = "TOO_MANY_ROWS_OR_BYTES",
        [FunctionNotAllowed] = "FUNCTION_NOT_ALLOWED",
        [AuthenticationFailed] = "AUTHENTICATION_FAILED",
        [StdException] = "STD_EXCEPTION",
    }.ToFrozenDictionary();

    // Those of ClickHouse's server, which knows no 503 for too many queries; here that is what proxies and clients retry on.
    private static readonly FrozenDictionary<int, int> Statuses = new (int Status, int[] Codes)[]
    {
        (400, [6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 271, 321, 376, 427, 441, 675, 676]),
        (401, [194]),
        (403, [Readonly, 192, 193, IntoOutfileNotAllowed, FunctionNotAllowed, 497, 512, AuthenticationFailed]),
        (404, [46, 47, 50, 56, 60, 63, 73, 78, 81, UnknownSetting, 152, 336, 511]),
        (408, [159]),
        (411, [381]),
        (413, [QueryIsTooLarge]),
        (501, [NotImplemented, UnknownCompressionMethod, SupportIsDisabled]),
        (503, [76, TooManySimultaneousQueries, 209, 439]),
    }.SelectMany(group => group.Codes.Select(code => (code, group.Status))).ToFrozenDictionary(pair => pair.code, pair => pair.Status);

    public static int StatusOf(int code) => Statuses.GetValueOrDefault(code, 500);

    /// <summary>A refusal of our own, in the engine's words.</summary>
    public static ClickHouseException Refusal(int code, string reason) => new(code, $"Code: {code}. DB::Exception: {reason} ({Names[code]})");

    /// <summary>The number for the header: the engine has some errors without one.</summary>
    public static int CodeOf(ClickHouseException error) => error.Code == ClickHouseException.NoCode ? StdException : error.Code;

    /// <summary>One line as ClickHouse's server ends it. The engine wraps a message into itself where it is thrown twice.</summary>
    public static string Text(ClickHouseException error, string version)
    {
        string text = error.Message;
        if (error.Code == ClickHouseException.NoCode)
        {
            text = $"Code: {StdException}. DB::Exception: {text} ({Names[StdException]})";
        }

        while (Wrapped().Match(text) is { Success: true } match)
        {
            text = match.Groups["inner"].Value;
        }

        return $"{text} (version {version})\n";
    }

    [GeneratedRegex(@"\ACode: (?<code>\d+)\. DB::Exception: (?<inner>Code: \k<code>\. .* \((?<name>\w+)\)) \(version [^()]*\)\. \(\k<name>\)\z", RegexOptions.Singleline)]
    private static partial Regex Wrapped();
}
