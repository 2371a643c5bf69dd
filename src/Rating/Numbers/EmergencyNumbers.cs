using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>The dated list of numbers that are dialled for help.</summary>
internal sealed class EmergencyNumbers
{
    private readonly (E164 Number, Interval InForce)[] _numbers;
    private readonly int _longest;

    public EmergencyNumbers(IEnumerable<(E164 Number, Interval InForce)> numbers)
    {
        _numbers = [.. numbers];
        _longest = _numbers.Length == 0 ? 0 : _numbers.Max(static listed => listed.Number.Length);
    }

    public bool Contains(E164 number, long instantMs)
    {
        if (number.Length > _longest)
        {
            return false;
        }

        foreach ((E164 listed, Interval inForce) in _numbers)
        {
            if (listed == number && inForce.Contains(instantMs))
            {
                return true;
            }
        }

        return false;
    }
}
