using Perimeter.Domain;
using Perimeter.Rating.Tests.Building;
using static Perimeter.Rating.Tests.Building.TestDecks;

namespace Perimeter.Rating.Tests;

public sealed class TrunkGroupTests
{
    private static TrunkConfig Trunk(int id, int group, string address, int port = 0, string protocol = "", Interval? inForce = null) =>
        new(new TrunkId(id), $"trunk-{id}", new TrunkGroupId(group), address, port, protocol, inForce ?? Interval.Always);

    private static Carrier With(params TrunkConfig[] trunks)
    {
        Carrier carrier = new Carrier().With(
            Carrier.Group(11, "acme-hash", 1, Direction.Termination, Relation.Customer, techPrefix: "99#"),
            Carrier.Group(12, "acme-other", 1, Direction.Termination, Relation.Customer, techPrefix: "88#"));
        carrier.Config = carrier.Config with { Trunks = trunks };
        return carrier;
    }

    private static int FoundA(Carrier carrier, Call call) => carrier.Rate(call with { A = "" }).A.TrunkGroup.Value;

    [Theory]
    [InlineData("acme-in", 10)]
    [InlineData("10", 10)]
    [InlineData("did-in", 30)]
    [InlineData("30", 30)]
    [InlineData("ACME-IN", 0)]
    [InlineData("010", 0)]
    [InlineData("+10", 0)]
    [InlineData("10x", 0)]
    [InlineData("99999999999999", 0)]
    [InlineData("vendor-out", 0)]
    [InlineData("20", 0)]
    [InlineData("did-out", 0)]
    public void Side_A_is_found_by_exact_name_or_id_among_the_groups_that_calls_come_in_on(string text, int expected) =>
        Assert.Equal(expected, new Carrier().Rate(new Call { A = text }).A.TrunkGroup.Value);

    [Theory]
    [InlineData("vendor-out", 20)]
    [InlineData("20", 20)]
    [InlineData("did-out", 40)]
    [InlineData("acme-in", 0)]
    [InlineData("10", 0)]
    public void Side_B_is_found_among_the_groups_that_calls_go_out_on(string text, int expected) =>
        Assert.Equal(expected, new Carrier().Rate(new Call { B = text }).B.TrunkGroup.Value);

    [Fact]
    public void A_name_goes_before_an_id()
    {
        Carrier carrier = new Carrier().With(Carrier.Group(50, "10", 1, Direction.Termination, Relation.Customer));
        Assert.Equal(50, carrier.Rate(new Call { A = "10" }).A.TrunkGroup.Value);
    }

    [Fact]
    public void A_name_may_pass_from_one_group_to_another_and_a_group_may_be_described_anew()
    {
        TrunkGroupConfig first = Carrier.Group(10, "acme-in", 1, Direction.Termination, Relation.Customer) with { InForce = Between("2026-01-01", "2026-02-01") };
        Carrier carrier = new Carrier().With(
            first,
            first with { Name = "acme-old", InForce = From("2026-02-01") },
            first with { Id = new TrunkGroupId(60), InForce = From("2026-02-01") });
        int Found(string text, string setup) => carrier.Rate(new Call { A = text, Setup = setup }).A.TrunkGroup.Value;
        Assert.Equal(0, Found("acme-in", "2025-12-31T23:59:59.999Z"));
        Assert.Equal(10, Found("acme-in", "2026-01-01"));
        Assert.Equal(10, Found("acme-in", "2026-01-31T23:59:59.999Z"));
        Assert.Equal(60, Found("acme-in", "2026-02-01"));
        Assert.Equal(10, Found("acme-old", "2026-02-01"));
        Assert.Equal(10, Found("10", "2026-02-01"));
    }

    [Fact]
    public void A_name_that_is_given_and_unknown_is_not_replaced_by_the_source_address()
    {
        Carrier carrier = With(Trunk(1, 10, "192.0.2.1"));
        Assert.Equal(RatingOutcome.NoTrunkGroup, carrier.Rate(new Call { A = "nobody", SourceIp = "192.0.2.1" }).A.Outcome);
    }

    [Fact]
    public void A_source_is_found_by_address_port_and_protocol()
    {
        Carrier carrier = With(Trunk(1, 10, "192.0.2.1", 5060), Trunk(2, 30, "192.0.2.1", 5080), Trunk(3, 12, "2001:DB8::1", 0, "tls"));
        Assert.Equal(10, FoundA(carrier, new Call { SourceIp = "192.0.2.1", SourcePort = 5060 }));
        Assert.Equal(30, FoundA(carrier, new Call { SourceIp = "192.0.2.1", SourcePort = 5080 }));
        Assert.Equal(0, FoundA(carrier, new Call { SourceIp = "192.0.2.1", SourcePort = 5061 }));
        Assert.Equal(0, FoundA(carrier, new Call { SourceIp = "192.0.2.1" }));
        Assert.Equal(12, FoundA(carrier, new Call { SourceIp = "2001:db8::1", SourcePort = 7, Protocol = "TLS" }));
        Assert.Equal(0, FoundA(carrier, new Call { SourceIp = "2001:db8::1", Protocol = "udp" }));
        Assert.Equal(0, FoundA(carrier, new Call()));
    }

    [Fact]
    public void A_trunk_described_more_closely_goes_first()
    {
        Carrier carrier = With(Trunk(1, 10, "192.0.2.1"), Trunk(2, 30, "192.0.2.1", 5060));
        Assert.Equal(30, FoundA(carrier, new Call { SourceIp = "192.0.2.1", SourcePort = 5060 }));
        Assert.Equal(10, FoundA(carrier, new Call { SourceIp = "192.0.2.1", SourcePort = 5061 }));
    }

    [Theory]
    [InlineData("99#", "4930123456", 11)]
    [InlineData("88#", "4930123456", 12)]
    [InlineData("77#", "4930123456", 0)]
    [InlineData("", "99#4930123456", 11)]
    [InlineData("", "88#4930123456", 12)]
    [InlineData("", "4930123456", 10)]
    public void Where_groups_share_an_address_the_tech_prefix_decides(string techPrefix, string dnis, int expected)
    {
        Carrier carrier = With(Trunk(1, 10, "192.0.2.1"), Trunk(2, 11, "192.0.2.1"), Trunk(3, 12, "192.0.2.1"));
        Assert.Equal(expected, FoundA(carrier, new Call { SourceIp = "192.0.2.1", TechPrefix = techPrefix, Dnis = dnis }));
    }

    [Fact]
    public void A_group_that_has_its_address_alone_needs_no_tech_prefix() =>
        Assert.Equal(11, FoundA(With(Trunk(1, 11, "192.0.2.1"), Trunk(2, 11, "192.0.2.1", 5060)), new Call { SourceIp = "192.0.2.1" }));

    [Fact]
    public void Trunks_are_dated()
    {
        Carrier carrier = With(Trunk(1, 10, "192.0.2.1", inForce: Between("2026-01-10", "2026-01-20")), Trunk(2, 30, "192.0.2.1", inForce: From("2026-01-20")));
        int Found(string setup) => FoundA(carrier, new Call { SourceIp = "192.0.2.1", Setup = setup });
        Assert.Equal([0, 10, 10, 30], [Found("2026-01-09T23:59:59.999Z"), Found("2026-01-10"), Found("2026-01-19T23:59:59.999Z"), Found("2026-01-20")]);
    }

    [Fact]
    public void Side_B_is_found_by_the_name_of_its_trunk()
    {
        Carrier carrier = With(Trunk(1, 20, "198.51.100.1"), Trunk(2, 10, "192.0.2.1"));
        Assert.Equal(20, carrier.Rate(new Call { B = "", VendorTrunk = "trunk-1" }).B.TrunkGroup.Value);
        Assert.Equal(0, carrier.Rate(new Call { B = "", VendorTrunk = "trunk-2" }).B.TrunkGroup.Value);
        Assert.Equal(0, carrier.Rate(new Call { B = "", VendorTrunk = "trunk-9" }).B.TrunkGroup.Value);
    }
}
