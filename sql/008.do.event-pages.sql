-- Newest first, whatever is asked for: each index goes on where its filter ends. Who asks for all of one user's is given them type by type.
alter table events drop constraint events_pkey, add primary key (at, id);
drop index events_user_id;
create index events_type on events (type, at, id);
create index events_user_id on events (user_id, type, at, id) where user_id is not null;

comment on column events.at is 'When it happened, by the clock of this database. Those of no transaction are written a moment later';
