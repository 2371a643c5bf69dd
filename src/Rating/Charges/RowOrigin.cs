using Perimeter.Domain;

namespace Perimeter.Rating.Charges;

/// <summary>What a row says that no charge depends on.</summary>
/// <param name="Row">Its place in <see cref="RateDeckConfig.Rows"/>.</param>
internal readonly record struct RowOrigin(int Row, DestinationId Destination);
