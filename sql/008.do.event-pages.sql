alter table events drop constraint events_pkey, add primary key (at, id);
drop index events_user_id;

-- Newest first, whatever is asked for: each index goes on where its filter ends. Who asks for all of one user's is given them type by type.
-- Each is in a form of its own: by one of another form the planner would walk through everybody's events to find the few that it looks for.
create index events_type on events (type, (at at time zone 'utc'), id);
create index events_user_id on events (user_id, type collate "C", (at at time zone 'utc'), id) where user_id is not null;

comment on column events.at is 'When it happened, by the clock of this database. Those of no transaction are written a moment later';
