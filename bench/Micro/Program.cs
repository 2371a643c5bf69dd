using BenchmarkDotNet.Running;
using Perimeter.Micro;

// In this process: the projects that BenchmarkDotNet generates otherwise are not found by its search, which goes by the project's file name.
BenchmarkSwitcher.FromAssembly(typeof(MatchBenchmarks).Assembly).Run(["--inProcess", .. args]);
return 0;
