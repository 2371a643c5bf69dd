using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>The numbers that one side is rated on, read; none where the event has no valid one.</summary>
internal struct SideNumbers
{
    public E164 Dialled;
    public E164 Ani;

    /// <summary>1NXXNXXXXXX or none.</summary>
    public E164 Lrn;

    /// <summary>The number that the call was delivered to: of a toll-free call, the geographic one behind it.</summary>
    public E164 Delivered;

    /// <summary>What the numbering says of <see cref="Dialled"/>, where one of the sides is of Origination.</summary>
    public NumberListing Listing;

    /// <summary>Whether the event's originating line information is a payphone's.</summary>
    public bool IsFromPayphone;
}
