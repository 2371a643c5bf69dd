using Perimeter.Generator;

// dotnet run --project samples/Generator [-- DATA-FOLDER CARRIER-FOLDER]: writes the sample carrier anew, to the same bytes.
string data = args.Length > 0 ? args[0] : Path.Combine("samples", "data");
string carrier = args.Length > 1 ? args[1] : Path.Combine("samples", "carrier");
if (!File.Exists(Path.Combine(data, "e164-prefixes.csv")))
{
    Console.Error.WriteLine($"{data}: there is no numbering data here. Run from the top folder of the repository, or name the data folder and the carrier folder.");
    return 2;
}

CarrierFolderWriter.Write(data, carrier);
return 0;
