using BenchmarkDotNet.Running;
using Perimeter.Micro;

if (args is ["--quick"])
{
    QuickFigures.Print();
    return 0;
}

// In this process: the projects that BenchmarkDotNet generates otherwise are not found by its search, which goes by the project's file name.
BenchmarkSwitcher.FromAssembly(typeof(QuickFigures).Assembly).Run(["--inProcess", .. args]);
return 0;
