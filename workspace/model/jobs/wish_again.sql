-- Have jobs that are there done anew because a person wishes it.
select wish_again(:kind, cast(:subjects as uuid[]))
