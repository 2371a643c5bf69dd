using BenchmarkDotNet.Running;
using Perimeter.Micro;

if (args is ["--quick"])
{
    QuickFigures.Print();
    return 0;
}

BenchmarkSwitcher.FromAssembly(typeof(QuickFigures).Assembly).Run(args);
return 0;
