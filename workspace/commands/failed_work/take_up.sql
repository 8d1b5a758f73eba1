-- Have done anew what failed about an exhibit's files; answers about how many.
select take_up_exhibit(:exhibit)
