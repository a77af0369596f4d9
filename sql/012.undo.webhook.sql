drop trigger events_put_out on events;
drop function put_events_out;
drop table webhook;
