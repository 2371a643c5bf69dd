using Confluent.Kafka;

namespace Perimeter.Streaming;

/// <summary>One message as it goes to its partition. Frames have neither key nor headers.</summary>
internal readonly record struct KafkaMessage(TopicPartition Place, ReadOnlyMemory<byte> Value, byte[]? Key = null, Headers? Headers = null);
