create table webhook (
  wanted boolean primary key default true check (wanted)
);

comment on table webhook is 'Has a row while the nodes are told to send events to a webhook: they say so as they start';

create function put_events_out () returns trigger language plpgsql as $$
begin
  if exists (select from webhook) then
    insert into outbox (kind, detail)
    select 'event', jsonb_build_object(
      'id', id::text, 'at', to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'type', type, 'userId', user_id, 'sessionId', session_id,
      'ip', ip, 'userAgent', user_agent, 'detail', detail
    )
    from noted
    order by at, id;
  end if;
  return null;
end
$$;

-- Once a statement, so that an event is put out to be sent in the transaction that it belongs to, whoever writes it.
create trigger events_put_out after insert on events referencing new table as noted for each statement execute function put_events_out();
