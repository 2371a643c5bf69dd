using Perimeter.Load;

LoadOptions options;
try
{
    options = LoadOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"perimeter bench: {exception.Message}");
    Console.Error.WriteLine(LoadOptions.Usage);
    return 2;
}

IReadOnlyList<Result> results = await B6a.RunAsync(options, Console.Error);
ResultTable.Print(results, Console.Out);
if (options.JsonFile is not null)
{
    ResultTable.WriteJson(results, options.JsonFile);
}

return 0;
