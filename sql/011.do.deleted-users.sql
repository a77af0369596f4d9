-- The sweep asks once a second who was deleted since the last one: no row of theirs is left to say it.
create index events_deletions on events (at) where type = 'user.deleted';
