namespace Perimeter.Streaming.Tests;

public sealed class CrashSiteTests
{
    [Theory]
    [InlineData(null, "", 0)]
    [InlineData("", "", 0)]
    [InlineData("rated-not-committed:3", "rated-not-committed", 3)]
    public void The_variable_names_a_site_and_which_passing_of_it(string? value, string site, int nth) => Assert.Equal((site, nth), CrashSite.Parse(value));

    [Theory]
    [InlineData("rated-not-committed")]
    [InlineData("rated-not-committed:0")]
    [InlineData(":1")]
    [InlineData("a:-1")]
    public void A_value_that_names_none_is_refused(string value) => Assert.Throws<FormatException>(() => CrashSite.Parse(value));

    [Fact]
    public void Without_the_variable_a_passing_does_nothing() => CrashSite.Pass("anywhere");
}
