"""The declarative base of all tables. Must not hold behaviour."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import REAL, Boolean, Date, DateTime, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables; the SQL of record is in migrations/.

    A column whose type follows from its annotation does not repeat it. Others say theirs: `BigInteger`, `Double`,
    vectors.
    """

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean,
        int: Integer,
        float: REAL,
        str: Text,
        bytes: LargeBinary,
        UUID: Uuid,
        date: Date,
        datetime: DateTime(timezone=True),
        list[int]: ARRAY(Integer),
        list[float]: ARRAY(REAL),
        list[str]: ARRAY(Text),
        list[UUID]: ARRAY(Uuid),
        dict[str, Any]: JSONB,
        list[dict[str, str]]: JSONB,
    }
