"""The exercise as a living week: how it is played, by whom, and what is true of its material."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, FetchedValue, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from workspace.model.base import Base


class Exercise(Base):
    """How an exercise is played; a real operation has no row here."""

    __tablename__ = "exercise"

    operation_id: Mapped[int] = mapped_column(ForeignKey("operation.id"), primary_key=True)
    seed: Mapped[int] = mapped_column(deferred=True)  # people may not read it
    scenario: Mapped[str]
    pace: Mapped[int] = mapped_column(server_default=FetchedValue())
    is_paused: Mapped[bool] = mapped_column(server_default=FetchedValue())
    steps: Mapped[int] = mapped_column(server_default=FetchedValue())
    line_cut_until: Mapped[datetime | None]
    begun_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    revealed_at: Mapped[datetime | None]
    revealed_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    reveal_reason: Mapped[str | None]
    restart_asked_at: Mapped[datetime | None]
    restarted_as: Mapped[int | None] = mapped_column(ForeignKey("operation.id"))


class ExerciseSeat(Base):
    """Who plays a member of the exercise now; without a row a person does."""

    __tablename__ = "exercise_seat"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("exercise.operation_id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    played_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())


class ExerciseInjection(Base):
    """What the director puts into the week, closed to the members until the debrief."""

    __tablename__ = "exercise_injection"

    id: Mapped[UUID] = mapped_column(server_default=FetchedValue(), primary_key=True)
    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("exercise.operation_id"))
    kind: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    asked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    due_at: Mapped[datetime]
    landed_at: Mapped[datetime | None]


class ExerciseIdentity(Base):
    """A person who is shown in the material: a label, never a name. For workers alone."""

    __tablename__ = "exercise_identity"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("exercise.operation_id"), primary_key=True)
    identity: Mapped[str] = mapped_column(primary_key=True)
    lives_in: Mapped[str]


class ExerciseShown(Base):
    """Who is shown in which file of which device. For workers alone."""

    __tablename__ = "exercise_shown"
    __table_args__ = (
        ForeignKeyConstraint(
            ["operation_id", "identity"], ["exercise_identity.operation_id", "exercise_identity.identity"]
        ),
    )

    operation_id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_label: Mapped[str] = mapped_column(primary_key=True)
    device_path: Mapped[str] = mapped_column(primary_key=True)
    identity: Mapped[str] = mapped_column(primary_key=True)


class ExerciseEntry(Base):
    """Whom an entry of the register shows. For workers alone."""

    __tablename__ = "exercise_entry"
    __table_args__ = (
        ForeignKeyConstraint(
            ["operation_id", "identity"], ["exercise_identity.operation_id", "exercise_identity.identity"]
        ),
    )

    operation_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    identity: Mapped[str]


class Debrief(Base):
    """The exercise against its truth, frozen when it was drawn up."""

    __tablename__ = "debrief"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("exercise.operation_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    drawn_up_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    figures: Mapped[dict[str, Any]]


class DebriefOpinion(Base):
    """A person's own opinion beside the truth; nobody else reads it by name."""

    __tablename__ = "debrief_opinion"

    operation_id: Mapped[int] = mapped_column(Integer, ForeignKey("debrief.operation_id"))
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessment.id"), primary_key=True)
    examiner_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    is_same: Mapped[bool]
