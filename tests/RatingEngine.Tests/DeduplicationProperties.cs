namespace Perimeter.RatingEngine.Tests;

/// <summary>
/// Deduplication against a naive look at all that ever came: with a limit of a few segments, landing that lags, deaths before and after commits, starts that read
/// back what retention has left, and look-ups that see what has landed and nothing else.
/// </summary>
public sealed class DeduplicationProperties(ITestOutputHelper output)
{
    private const long Minute = DeduplicationState.GrainMs;
    private const long Start = 1_790_000_000_123;
    private const int Runs = 8;

    private static readonly DeduplicationOptions Options = new() { Horizon = TimeSpan.FromMinutes(8), ClockSkew = TimeSpan.FromMinutes(2) };
    private static readonly long SkewMs = (long)Options.ClockSkew.TotalMilliseconds;

    [Fact]
    public void Every_decision_is_that_of_a_naive_look_at_all_that_ever_came()
    {
        int first = Environment.GetEnvironmentVariable("PERIMETER_SEED") is { Length: > 0 } text ? int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : Random.Shared.Next();
        var met = new Dictionary<string, int>();
        for (int run = 0; run < Runs; run++)
        {
            int seed = unchecked(first + run);
            output.WriteLine($"seed {seed}");
            new Simulation(seed, met).Run();
        }

        // The runs must have met what they are for.
        string[] branches =
        [
            "New", "Repeat", "Conflict", "New after a look-up", "Repeat after a look-up", "Conflict after a look-up", "died before the commit",
            "died after the commit", "retention had removed what came before", "left before the end of its window", "left after its window", "stayed for not having landed",
            "waited for landing at the limit", "waited for landing at the limit while reading back", "waited for landing before a look-up",
        ];
        Assert.All(branches, branch => Assert.True(met.GetValueOrDefault(branch) > 0, $"Never met: {branch}"));
        output.WriteLine(string.Join(", ", branches.Select(branch => $"{branch}: {met[branch]}")));
    }

    private sealed record Event(long AtMs, int Key, int Content, long EndMs);

    /// <summary>One partition: its log, what was rated from it, and what of that has landed. Only these outlive a death.</summary>
    private sealed class Simulation
    {
        private readonly Random _random;
        private readonly Dictionary<string, int> _met;
        private readonly KeyBudget _budget;
        private readonly List<Event> _log = [];
        private readonly Dictionary<int, (int Content, long AtMs, long EndMs)> _firsts = [];
        private readonly List<(ulong Place, int Key, int Content)> _rated = [];
        private readonly Dictionary<int, int> _landedContents = [];
        private ulong _places;
        private ulong _landedTo;
        private int _landedRows;
        private long _now = Start;
        private DeduplicationState _keys;

        public Simulation(int seed, Dictionary<string, int> met)
        {
            _random = new Random(seed);
            _met = met;
            _budget = new KeyBudget(KeyBudget.SegmentKeys * _random.Next(2, 7));
            _keys = new DeduplicationState(Options, _budget);
        }

        public void Run()
        {
            for (int unit = 0; unit < 150; unit++)
            {
                _now += _random.Next(4) switch { 0 => 0, 1 => _random.Next(2_000), 2 => _random.Next(90_000), _ => _random.Next(40) == 0 ? 15 * Minute : _random.Next(30_000) };
                Unit([.. Enumerable.Range(0, _random.Next(1, KeyBudget.SegmentKeys)).Select(_ => Next())]);
                if (_random.Next(3) == 0)
                {
                    Land(upTo: _random.Next(2) == 0 ? _places : _landedTo + (ulong)_random.NextInt64((long)(_places - _landedTo) + 1));
                }

                if (_random.Next(5) == 0)
                {
                    _keys.Landed(_landedTo);
                }
            }

            _keys.Release();
            Assert.Equal(_budget.MaxKeys, _budget.Left);
        }

        /// <summary>A new call, fresh or old; or one that came before, as it was or changed: another end as well, but no later than the skew after the first came.</summary>
        private Event Next()
        {
            if (_firsts.Count > 0 && _random.Next(3) == 0)
            {
                int key = _random.Next(2) == 0 ? _random.Next(_firsts.Count) : Math.Max(0, _firsts.Count - 1 - _random.Next(KeyBudget.SegmentKeys));
                (int content, long atMs, long endMs) = _firsts.GetValueOrDefault(key, (0, _now, _now));
                return _random.Next(4) == 0 ? new Event(_now, key, content + 1, Math.Min(endMs + _random.Next(-100_000, 100_000), atMs + SkewMs)) : new Event(_now, key, content, endMs);
            }

            long end = _now + (_random.Next(6) switch { 0 => -_random.NextInt64(3 * 24 * 60 * Minute), 1 => _random.NextInt64(SkewMs), _ => -_random.NextInt64(5 * Minute) });
            int other = _firsts.Count + _random.Next(3 * KeyBudget.SegmentKeys);
            return new Event(_now, other, _random.Next(3), _firsts.TryGetValue(other, out (int Content, long AtMs, long EndMs) known) ? Math.Min(end, known.AtMs + SkewMs) : end);
        }

        private void Unit(List<Event> events)
        {
            _keys.Advance(_now);
            long knownFrom = _keys.KnownFromMs;
            Forgotten(knownFrom, "left after its window");
            if (!Reserve(events.Count, "waited for landing at the limit"))
            {
                return;
            }

            List<(int Key, int Content)> rated = [];
            List<Event> old = [];
            HashSet<int> oldKeys = [];
            foreach (Event one in events)
            {
                Arrival arrival = oldKeys.Contains(one.Key) ? Arrival.Unknown : _keys.Take(Hash(one.Key), (UInt128)(ulong)one.Content, one.EndMs);
                if (arrival == Arrival.Unknown)
                {
                    old.Add(one);
                    oldKeys.Add(one.Key);
                }
                else
                {
                    Decide(one, arrival, rated, "");
                }
            }

            if (old.Count > 0)
            {
                Cover();
            }

            foreach (Event one in old)
            {
                UInt128? landed = _landedContents.TryGetValue(one.Key, out int content) ? (UInt128)(ulong)content : null;
                Decide(one, _keys.Settle(Hash(one.Key), (UInt128)(ulong)one.Content, landed), rated, " after a look-up");
            }

            if (_random.Next(20) == 0)
            {
                Meet("died before the commit");
                rated.ForEach(row => _firsts.Remove(row.Key));
                Restart();
                return;
            }

            _log.AddRange(events);
            Commit(rated);
            if (_random.Next(20) == 0)
            {
                Meet("died after the commit");
                Restart();
            }
        }

        private void Decide(Event one, Arrival arrival, List<(int Key, int Content)> rated, string how)
        {
            Arrival expected = !_firsts.TryGetValue(one.Key, out (int Content, long AtMs, long EndMs) first) ? Arrival.New
                : first.Content == one.Content ? Arrival.Repeat : Arrival.Conflict;
            Assert.True(expected == arrival, $"{one} is {arrival}{how} and not {expected}; known from {_keys.KnownFromMs}, landed {_landedTo} of {_places}");
            Meet($"{arrival}{how}");
            if (arrival == Arrival.New)
            {
                _firsts.Add(one.Key, (one.Content, one.AtMs, one.EndMs));
                rated.Add((one.Key, one.Content));
            }
        }

        private void Commit(IEnumerable<(int Key, int Content)> rated)
        {
            _rated.AddRange(rated.Select(row => (_places, row.Key, row.Content)));
            _keys.Committed(_places++);
        }

        /// <summary>The rows of whole units land, in their order.</summary>
        private void Land(ulong upTo)
        {
            _landedTo = upTo;
            for (; _landedRows < _rated.Count && _rated[_landedRows].Place < upTo; _landedRows++)
            {
                _landedContents.Add(_rated[_landedRows].Key, _rated[_landedRows].Content);
            }
        }

        private bool Reserve(int count, string waiting)
        {
            while (!_keys.TryReserve(count))
            {
                Meet(waiting);
                long before = _keys.Entries;
                if (!_keys.AwaitsLanding)
                {
                    _keys.Marked(_places++);
                }

                Land(_places);
                _keys.Landed(_landedTo);
                Assert.True(_keys.CanForget || _keys.Entries < before, "All has landed, and still there is no room.");
            }

            Forgotten(_now - (10 * Minute), "");
            return true;
        }

        private void Cover()
        {
            if (!_keys.IsCovered)
            {
                Meet("waited for landing before a look-up");
                if (!_keys.AwaitsLanding)
                {
                    _keys.Marked(_places++);
                }

                Land(_places);
                _keys.Landed(_landedTo);
                Assert.True(_keys.IsCovered);
            }
        }

        /// <summary>Another process takes the partition over with nothing but the log.</summary>
        private void Restart()
        {
            _keys.Release();
            _keys = new DeduplicationState(Options, _budget);
            if (_log.Count == 0)
            {
                return;
            }

            long needed = _keys.NeededFromMs(_log[^1].AtMs);
            int first = _log.FindIndex(one => one.AtMs >= needed);
            if (_random.Next(4) == 0)
            {
                first += _random.Next(_log.Count - first);
                if (first > 0)
                {
                    Meet("retention had removed what came before");
                    _keys.BeginAt(_log[first].AtMs + 1);
                }
            }
            else if (first > 0)
            {
                _keys.BeginAt(needed);
            }

            foreach (Event one in _log.Skip(first))
            {
                _keys.Advance(one.AtMs);
                Reserve(1, "waited for landing at the limit while reading back");
                _keys.TakeDecided(Hash(one.Key), (UInt128)(ulong)one.Content, one.EndMs);
            }
        }

        private void Forgotten(long windowMs, string afterWindow)
        {
            if (_keys.KnownFromMs > windowMs)
            {
                Meet("left before the end of its window");
            }
            else if (_keys.KnownFromMs != long.MinValue && afterWindow.Length > 0)
            {
                Meet(afterWindow);
            }

            if (_keys.IsOverdue)
            {
                Meet("stayed for not having landed");
            }
        }

        private void Meet(string branch) => _met[branch] = _met.GetValueOrDefault(branch) + 1;

        // Few tags, so that probing, and closing the gaps of keys that leave, is met on every step.
        private static UInt128 Hash(int key) => new((ulong)key, ((ulong)(key % 3_000) * 1_431_655 << 32) | (uint)key);
    }
}
