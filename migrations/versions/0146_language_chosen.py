"""An account has no language until its owner chooses one: pages follow the browser.

Revision ID: 0146
Revises: 0145
"""

from alembic import op

revision = "0146"
down_revision = "0145"


def upgrade() -> None:
    """Let an account have none. English was every account's until now, and says nothing of a choice."""
    op.execute("alter table app_user alter language drop not null, alter language drop default")
    op.execute("update app_user set language = null where language = 'en'")
