namespace Perimeter.Oracle;

/// <summary>Things of one key, in the order in which they were written.</summary>
internal static class Dated
{
    /// <summary>
    /// Of those that have begun, the one that began last stands for the key, and of two that began together the later one;
    /// one that it replaced does not come back when it is over.
    /// </summary>
    public static T? InForceAt<T>(IEnumerable<T> dated, Func<T, Span> inForce, long t)
        where T : class
    {
        T? last = null;
        foreach (T one in dated)
        {
            if (inForce(one).From <= t && (last is null || inForce(one).From >= inForce(last).From))
            {
                last = one;
            }
        }

        return last is not null && t < inForce(last).To ? last : null;
    }
}
