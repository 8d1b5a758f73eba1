"""Alembic's migrations. They never import the workspace."""
