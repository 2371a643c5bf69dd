using System.Collections.Frozen;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// Which functions a reader may call. Table functions: those that are known to be harmless, so that one which a later engine brings is refused until someone looked at it.
/// Other functions: all but the few that leave the warehouse.
/// </summary>
internal sealed class ReaderFunctions
{
    private static readonly FrozenSet<string> HarmlessTableFunctions = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "numbers", "numbers_mt", "zeros", "zeros_mt", "primes", "generate_series", "generateSeries", "generateRandom",
        "values", "view", "viewIfPermitted", "null", "merge", "mergeTreeIndex", "mergeTreeProjection");

    // format is a table function too, which the engine refuses while it is locked.
    private static readonly FrozenSet<string> BothKinds = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "format");

    // file reads any file the process can; hasColumnInTable takes a host; the others call a service, a library or the certificate store.
    private static readonly FrozenSet<string> Outside = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "file", "hasColumnInTable", "catboostEvaluate", "showCertificate", "aiClassify", "aiExtract", "aiGenerate", "aiTranslate", "aiEmbed");

    private readonly FrozenSet<string> _refusedTableFunctions;

    public ReaderFunctions(IEnumerable<string> tableFunctions) =>
        _refusedTableFunctions = tableFunctions.Where(name => !HarmlessTableFunctions.Contains(name) && !BothKinds.Contains(name))
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public void Check(List<SqlToken> tokens)
    {
        for (int i = 0; i < tokens.Count; i++)
        {
            if (!tokens[i].IsName)
            {
                continue;
            }

            bool called = i + 1 < tokens.Count && tokens[i + 1].IsSymbol('(');
            if (called && _refusedTableFunctions.Contains(tokens[i].Value))
            {
                throw Refused(tokens[i], "it reaches outside the warehouse");
            }

            // arrayMap(file, ...) and APPLY(file) call it by its bare name.
            bool isColumn = i > 0 && (tokens[i - 1].IsSymbol('.') || tokens[i - 1].IsWord("AS"));
            if (Outside.Contains(tokens[i].Value) && (called || !isColumn))
            {
                throw Refused(tokens[i], "it reaches outside the warehouse; a column of that name is written with its table, as in t." + tokens[i].Value);
            }
        }
    }

    private static ClickHouseException Refused(SqlToken token, string reason) =>
        ReaderErrors.Refusal(ReaderErrors.FunctionNotAllowed, $"Function {token.Value} is not allowed here: {reason}.");
}
