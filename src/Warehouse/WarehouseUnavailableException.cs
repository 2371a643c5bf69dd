namespace Perimeter.Warehouse;

/// <summary>The engine cannot be used as it stands; the message says why and what to do. Nothing is read or written until that is done.</summary>
public sealed class WarehouseUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
