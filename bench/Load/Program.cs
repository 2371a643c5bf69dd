using Perimeter.Load;
using Perimeter.Load.Measuring;

if (args is ["--help"] or ["-h"])
{
    Console.WriteLine(BenchOptions.Usage);
    return 0;
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"perimeter bench: {exception.Message}");
    Console.Error.WriteLine("`perimeter bench --help` tells what there is.");
    return 2;
}

List<Result> results = [];
int status = 0;
foreach (Bench bench in Bench.All.Where(bench => options.Only.Contains(bench.Id)))
{
    Console.Error.WriteLine($"{bench.Id}: {bench.What} ...");
    try
    {
        results.AddRange(await bench.RunAsync(options, Console.Error));
    }
    catch (Exception failure)
    {
        // What was measured before is shown all the same.
        Console.Error.WriteLine($"perimeter bench: {bench.Id} ended early: {failure}");
        status = 1;
        break;
    }
}

ResultTable.Print(results, Console.Out);
if (options.JsonFile is not null)
{
    ResultTable.WriteJson(results, options.JsonFile);
}

return status;
