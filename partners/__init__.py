"""The partners of an exercise: programs that play seats as people do, through the public API with sessions of their
own."""
