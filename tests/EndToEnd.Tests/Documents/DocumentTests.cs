using Perimeter.Harness;

namespace Perimeter.EndToEnd.Tests;

/// <summary>Every command of README.md and of the documents beside it, run.</summary>
public sealed class DocumentTests
{
    private const string Up = "./perimeter up --sample";
    private const string Tests = "./perimeter test";

    /// <summary>A part of a block, and what the block has to print.</summary>
    private static readonly (string Command, string Printed)[] Outcomes =
    [
        ("curl -s http://127.0.0.1:8080/v1/calls", "\"accepted\":1,\"quarantined\":0"),
        ("./perimeter ingest samples/cdr.csv", "3 taken, 0 put aside, from line 1 to 4"),
        ("./perimeter quarantine list", "Invalid"),
        ("./perimeter explain --call readme-1", "Rated: charged 0.017888 EUR"),
        ("./perimeter rate", "rounded once, to 6 digits"),
        ("./perimeter config check", "Nothing changed: revision 1"),
        ("margin_by_relationship_and_day", "Northgate Telecom"),
        ("call_id\":\"7f3a@192.0.2.1\"", "\"accepted\":1,\"quarantined\":0"),
        ("--map setup_time='Setup Time'", "taken before, nothing new"),
        ("http://localhost:8123/ping", "Ok."),
        ("perimeter rerate --from 2026-09-01 --to 2026-10-01 --dry-run", "Nothing was written"),
    ];

    [Fact]
    public async Task Every_command_of_the_readme_and_the_documents_does_what_they_say()
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "curl"))))
        {
            Assert.Skip("curl is not installed: the commands of README.md cannot be run as they stand.");
        }

        using Reader reader = new();
        HashSet<string> seen = [];
        foreach (string block in (string[])[.. ShellBlocks.Of("README.md"), .. ShellBlocks.Of("docs/call-events.md"), .. ShellBlocks.Of("docs/querying.md")])
        {
            if (block == Up)
            {
                await reader.UpAsync(block);
            }
            else if (block == Tests)
            {
                // This very run; what is left to see is that the script starts it.
                Assert.Contains("exec \"$root/tests/run\"", await File.ReadAllTextAsync(Path.Combine(RepositoryFolders.Root, "perimeter"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
            }
            else
            {
                string printed = await reader.RunAsync(block);
                foreach ((string command, string expected) in Outcomes.Where(outcome => block.Contains(outcome.Command, StringComparison.Ordinal)))
                {
                    Assert.Contains(expected, printed, StringComparison.Ordinal);
                    seen.Add(command);
                }
            }
        }

        Assert.Equal(Outcomes.Select(outcome => outcome.Command).Order(StringComparer.Ordinal), seen.Order(StringComparer.Ordinal));
        Assert.Contains("call-3,Rated,33,France,,75,78,0.006,0.0078", await File.ReadAllTextAsync(reader["rated.csv"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_example_of_a_carrier_folder_is_one()
    {
        using ScratchFolder scratch = new();
        Directory.CreateDirectory(scratch["decks"]);
        foreach (string file in ShellBlocks.Of("docs/carrier-folder.md", "```").Single().Split("\n\n"))
        {
            string[] lines = file.Split('\n');
            File.WriteAllLines(scratch[lines[0]], lines.Skip(1));
            foreach (string deck in lines.SelectMany(line => line.Split(',')).SelectMany(cell => cell.Split(';')).Where(cell => cell.StartsWith("decks/", StringComparison.Ordinal)))
            {
                File.WriteAllText(scratch[deck], "code,rate\n44,0.01\n");
            }
        }

        Assert.Contains("2 Relationships, 2 trunk groups, 2 decks", await LiveInstance.SucceedAsync(["config", "check", scratch.Path, "--data", scratch["data"]]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_that_the_readme_lists_has_help_and_the_other_way_round()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(RepositoryFolders.Root, "README.md"), TestContext.Current.CancellationToken);
        string[] listed = [.. readme.Split('\n').Where(line => line.StartsWith("| `perimeter ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2].Trim('`', ',')).Distinct()];
        (int exitCode, string help, _) = await PerimeterProcess.RunAsync(["--help"]);
        Assert.Equal(0, exitCode);
        string[] commands = [.. help.Split("Commands:")[1].Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && line[2] != ' ').Select(line => line.Trim().Split(' ')[0])];
        Assert.Equal(commands.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        foreach (string command in listed)
        {
            Assert.Equal(0, (await PerimeterProcess.RunAsync([command, "--help"])).ExitCode);
        }
    }
}
