"""The declarative base of all tables. Must not hold behaviour."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables; the SQL of record is in migrations/."""
