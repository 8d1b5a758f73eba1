"""What starts the machine: engines, processes, the Python environment, set-up. Used by the command line and the
benchmarks alone."""
