using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Perimeter.Domain;
using Perimeter.Ingest.Sample;

namespace Perimeter.Commands;

/// <summary>Plays the sample carrier's traffic through the switch edge, as a switch would: posts batches, and sends again what was not taken.</summary>
internal sealed class SampleRun(Instance instance, SampleTraffic traffic, long calls)
{
    private const int BatchesInFlight = 3;

    public static async Task PlayAsync(Instance instance, int calls, CancellationToken cancellationToken)
    {
        string carrier = SampleCarrier.Folder();
        if (instance.Revision == 0)
        {
            Console.Error.WriteLine($"Loading the sample carrier from {carrier} ...");
            await instance.ApplyAsync(carrier, cancellationToken).ConfigureAwait(false);
        }

        SampleTraffic traffic = new(instance.Config!, new SampleTrafficOptions { Calls = calls });
        await new SampleRun(instance, traffic, calls).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        SamplePosition position = SamplePosition.Read(instance.Folder.SamplePosition, calls);
        if (position.NextBatch > 0)
        {
            Console.Error.WriteLine(position.NextBatch < traffic.BatchCount
                ? string.Create(CultureInfo.InvariantCulture, $"Going on with batch {position.NextBatch + 1:N0} of {traffic.BatchCount:N0} of the sample calls.")
                : "The sample calls have been played already. 'perimeter reset' makes room to play them again.");
        }
        else
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Playing {calls:N0} sample calls through {instance.HttpAddress}/v1/calls ..."));
        }

        ProgressLine progress = new(TimeProvider.System, Console.Error, !Console.IsErrorRedirected);
        using CancellationTokenSource played = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task showing = instance.ShowAsync(progress, played.Token);
        try
        {
            await SendAllAsync(position, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await played.CancelAsync().ConfigureAwait(false);
            await showing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await instance.DrainAsync(progress, null, cancellationToken).ConfigureAwait(false);
        Console.Out.WriteLine(instance.Summarise());
    }

    private async Task SendAllAsync(SamplePosition position, CancellationToken cancellationToken)
    {
        using HttpClient http = new() { BaseAddress = new Uri(instance.HttpAddress), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", instance.ApiKey);
        Queue<Task> inFlight = new();
        int acknowledged = position.NextBatch;
        for (int batch = position.NextBatch; batch < traffic.BatchCount; batch++)
        {
            ArrayBufferWriter<byte> body = new(1 << 20);
            traffic.WriteBatch(batch, SampleFormat.Ndjson, body);
            inFlight.Enqueue(SendAsync(http, body.WrittenMemory, cancellationToken));
            if (inFlight.Count == BatchesInFlight)
            {
                await AcknowledgeAsync().ConfigureAwait(false);
            }
        }

        while (inFlight.Count > 0)
        {
            await AcknowledgeAsync().ConfigureAwait(false);
        }

        async Task AcknowledgeAsync()
        {
            await inFlight.Dequeue().ConfigureAwait(false);
            // What a crash may lose is the position of batches that were taken: they are sent again and found to be repeats.
            (position with { NextBatch = ++acknowledged }).Write(instance.Folder.SamplePosition);
        }
    }

    private static async Task SendAsync(HttpClient http, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        while (true)
        {
            using ReadOnlyMemoryContent content = new(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using HttpResponseMessage answer = await http.PostAsync(new Uri("/v1/calls", UriKind.Relative), content, cancellationToken).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                return;
            }

            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                throw new CommandException(
                    $"The switch edge refused sample calls: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
            }

            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
        }
    }
}
