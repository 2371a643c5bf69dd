namespace Perimeter.Domain;

// The closed lists of the field. The numbers are stored (frames, ClickHouse enums): never change or reuse one, add at the end.

/// <summary>Termination: a customer sends us calls (A), a vendor takes them (B). Origination: a vendor delivers calls (A), a customer receives them (B).</summary>
public enum Direction : byte { None = 0, Termination = 1, Origination = 2 }

/// <summary>Who pays whom: a customer's side is revenue, a vendor's side is cost.</summary>
public enum Relation : byte { None = 0, Customer = 1, Vendor = 2 }

public enum CallClass : byte { None = 0, International = 1, UsCanada = 2, TollFree = 3, Did = 4, Emergency = 5 }

/// <summary>What became of one side of an attempt: the first that holds, in this order (rating.md, "Call class, and which deck").</summary>
public enum RatingOutcome : byte
{
    None = 0, Advanced = 1, NoTrunkGroup = 2, InvalidNumber = 3, NoDeck = 4, NoCode = 5, Blocked = 6, NotAnswered = 7, Rated = 8,
}

public enum Jurisdiction : byte { None = 0, Interstate = 1, Intrastate = 2, Indeterminate = 3, Local = 4 }

public enum DeckType : byte
{
    None = 0, InternationalDialed = 1, OriginBased = 2, Npanxx = 3, LataOcn = 4, Local = 5, Peering = 6, TollFree = 7, Did = 8,
}

/// <summary>Where the numbers are that a deck is for. Only DID and toll-free decks are of both; the type of all others tells.</summary>
public enum DeckLocation : byte { UsCanada = 0, International = 1 }

/// <summary>What a number of our own is, by the numbering.</summary>
public enum NumberType : byte { None = 0, Did = 1, TollFree = 2 }

public enum RoundingMethod : byte { HalfUp = 0, HalfEven = 1, Up = 2, Down = 3 }

public enum SecondsRounding : byte { Up = 0, HalfUp = 1, Down = 2 }

public enum MissingRatePolicy : byte { Highest = 0, Interstate = 1, Intrastate = 2, Indeterminate = 3 }

public enum RateOn : byte { Lrn = 0, Dnis = 1 }

public enum TerritoryPolicy : byte { Indeterminate = 0, Interstate = 1 }

public enum CallEventKind : byte { Ended = 0, Started = 1, Answered = 2 }
