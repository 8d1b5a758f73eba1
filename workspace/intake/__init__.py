"""How files come in: from folders, uploads and registers to stored objects and commands. Opens files, so it is no
command."""
