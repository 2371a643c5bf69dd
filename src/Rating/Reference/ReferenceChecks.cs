using Perimeter.Domain;
using Perimeter.Rating.Numbers;

namespace Perimeter.Rating.Reference;

/// <summary>What must hold of reference data, so that nothing needs to be checked during a call.</summary>
internal static class ReferenceChecks
{
    public static void Check(IReadOnlyList<ReferenceRow> rows, List<CompileError> errors)
    {
        for (int i = 0; i < rows.Count; i++)
        {
            if (FaultOf(rows[i]) is { } fault)
            {
                errors.Add(new CompileError(CompileSubject.ReferenceRow, 0, i, rows[i].Line, fault));
            }
        }
    }

    private static string? FaultOf(ReferenceRow row)
    {
        E164 code = row.Code;
        if (code.Length is not (7 or 8) || code[0] != 1 || code[1] < 2 || code[4] < 2)
        {
            return $"the code '{code}' is not an NPANXX or NPANXX-X behind a 1, with NPA and NXX from 200";
        }

        return row.Region.Length > 0 && !Region.TryParse(row.Region, out _) ? $"the region '{row.Region}' is not two capital letters" : null;
    }
}
