using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>What the cluster's errors mean for whoever appends, commits or reads.</summary>
internal static class KafkaFaults
{
    /// <summary>The cluster has another generation of the group than this member: the commit came too late, or a rebalance is under way.</summary>
    public static bool IsStaleMember(Error error) => error.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId
        or ErrorCode.RebalanceInProgress or ErrorCode.Local_AssignmentLost;

    /// <summary>Another producer has this transactional id, or the cluster ended our transaction because it took too long.</summary>
    public static bool IsFenced(Error error) => error.Code is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.Local_Fenced;

    /// <summary>Trying again will not help: something must be changed by a person.</summary>
    public static bool IsPermanent(Error error) => error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp
        or ErrorCode.PolicyViolation or ErrorCode.InvalidRequiredAcks or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
        or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.UnsupportedVersion
        || IsNotThere(error);

    /// <summary>
    /// The topic or partition is not there: permanent where it is said for long. A server that has not heard yet of a topic that was just made says it too, and the client does
    /// now and then of a partition that was always there.
    /// </summary>
    public static bool IsNotThere(Error error) => error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>As the other, where what is not there may have been made just before.</summary>
    /// <param name="error">What the cluster or the client said.</param>
    /// <param name="options">Of the log.</param>
    /// <param name="began">Since when it is tried, by the clock of the options.</param>
    public static bool IsPermanent(Error error, KafkaLogOptions options, long began) =>
        IsPermanent(error) && !(IsNotThere(error) && options.Time.GetElapsedTime(began) < options.RequestTimeout);

    public static LogUnavailableException Unavailable(string what, Exception cause, KafkaClients clients) =>
        new($"{what}: {Reason(cause)}.{clients.Complaint} Nothing of it was kept; it can be tried again.", cause);

    /// <summary>What failed, when it is certain that nothing of it was kept.</summary>
    public static Exception NotKept(string what, KafkaException cause, KafkaClients clients) => IsPermanent(cause.Error)
        ? new LogFailedException($"{what}, and trying again will not help: {Reason(cause)}.", cause)
        : Unavailable(what, cause, clients);

    /// <summary>Retention does not ask whether frames were read.</summary>
    public static LogDamagedException Lost(TopicPartition place, string group, long unread, long first) => new(
        $"{place} begins with offset {first}, and {group} had read up to {unread} only: retention removed frames that were not read. "
        + $"Once what was lost has been made good, move the group's offset to {first} with kafka-consumer-groups.sh and start again.");

    public static string Reason(Exception cause) => cause is KafkaException kafka ? $"{kafka.Error.Reason} ({kafka.Error.Code})" : cause.Message;
}
