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
foreach (Bench bench in Bench.All.Where(bench => options.Only.Contains(bench.Id)))
{
    Console.Error.WriteLine($"{bench.Id}: {bench.What} ...");
    results.AddRange(await bench.RunAsync(options, Console.Error));
}

ResultTable.Print(results, Console.Out);
if (options.JsonFile is not null)
{
    ResultTable.WriteJson(results, options.JsonFile);
}

return 0;
