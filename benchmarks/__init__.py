"""What Concord reaches, measured: `make bench NAME=…` (docs/benchmarks.md)."""
