using Perimeter.Load.Measuring;

namespace Perimeter.Load.OverKafka;

/// <summary>What a stretch of work took: of this process, and of the broker's.</summary>
internal readonly record struct BrokeredUsage(Usage Own, double BrokerCpuSeconds)
{
    public double Seconds => Own.Seconds;
}
