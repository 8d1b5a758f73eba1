"""Workers: do what waits in the rows of jobs. `run` starts a worker process, `drain` takes rows until none is left."""
