"""Which files were taken out of office documents and books.

Revision ID: 0149
Revises: 0148
"""

from migrations.sql_files import run_sql

revision = "0149"
down_revision = "0148"


def upgrade() -> None:
    """Keep with a line whether its archive is a document; of lines that stand it is told by the folders that such
    documents have."""
    run_sql("""
alter table received_file add column of_document boolean not null default false;
update received_file set of_document = true
where inside is not null and path ~ '/(word|ppt|xl|visio)/(media|embeddings)/|/(Pictures|media)/[0-9A-F]{32,}[.]|/(OEBPS|OPS|EPUB)/';
create index ix_received_file_document on received_file (operation_id) include (media_item_id) where of_document;
""")
