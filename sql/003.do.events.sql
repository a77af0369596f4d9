create table events (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  type text not null check (type ~ '^[a-z]+\.[a-z_]+$'),
  user_id uuid,
  session_id uuid,
  ip text check (char_length(ip) <= 45),
  user_agent text check (char_length(user_agent) <= 512),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object')
);

create index events_user_id on events (user_id, id desc);

comment on table events is 'What happened: who, what, when, where from. Rows outlive the users and sessions they name';
