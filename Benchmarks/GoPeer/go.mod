module martlet.example/benchmarks/gopeer

go 1.27
