using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>A row of a deck, ready to charge by: each jurisdiction has its rate, whatever the row left out.</summary>
internal struct DeckRow
{
    public E164 Code;
    public Rate Interstate;
    public Rate Intrastate;
    public Rate Indeterminate;
    public Rate InitialRate;
    public Money ConnectFee;
    public BillingIncrement Increment;
    public DestinationId Destination;
    public int Upload;
    public bool HasInitialRate;
    public bool Blocked;

    /// <summary>The rate for a jurisdiction. A deck that looks at none has one rate in all places.</summary>
    public readonly Rate RateFor(Jurisdiction jurisdiction) => jurisdiction switch
    {
        Jurisdiction.Interstate => Interstate,
        Jurisdiction.Intrastate => Intrastate,
        _ => Indeterminate,
    };
}
