using System.CommandLine;

namespace Perimeter.Commands;

internal static class CommandList
{
    public static IReadOnlyList<Command> Create() =>
    [
        UpCommand.Create(),
        RatingEngineCommand.Create(),
        AggregatorCommand.Create(),
        WarehouseCommand.Create(),
        StatusCommand.Create(),
        ConfigCommand.Create(),
        IngestCommand.Create(),
        SwitchesCommand.Create(),
        QuarantineCommand.Create(),
        RerateCommand.Create(),
        ExplainCommand.Create(),
        RateCommand.Create(),
        SampleCallsCommand.Create(),
        ResetCommand.Create(),
    ];
}
