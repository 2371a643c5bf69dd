// Each test has an instance to itself and all of the machine's cores to wait on.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
