-- Whether a job failed for good of which nobody else is told.
select work_has_failed(cast(:told as text[]))
