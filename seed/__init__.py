"""The exercise: material, people and a register for training and demonstration, made on the spot.

Everything is synthesised from the photographs of adults that the installed wheels ship, so that nothing has to be
fetched and nobody's picture is stored in this repository. It must not import the analysis or the database: what the
workers find in the material has to be found, not told.
"""
