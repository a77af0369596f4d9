drop index events_user_id;
drop index events_type;
alter table events drop constraint events_pkey, add primary key (id);
create index events_user_id on events (user_id, id desc);

comment on column events.at is null;
