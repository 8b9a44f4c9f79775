{{ union_of_staging('benchmarks') }}
