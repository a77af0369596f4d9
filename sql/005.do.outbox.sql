create table outbox (
  id bigint generated always as identity primary key,
  kind text not null check (kind ~ '^[a-z_]+$'),
  user_id uuid references users on delete cascade,
  email text check (char_length(email) between 3 and 254),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object'),
  attempts integer not null default 0 check (attempts >= 0),
  due_at timestamptz not null default clock_timestamp(),
  last_error text check (char_length(last_error) <= 500),
  given_up_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);

-- By kind, so that events nobody takes keep no mail waiting.
create index outbox_due_at on outbox (kind, due_at) where given_up_at is null;
create index outbox_user_id on outbox (user_id);
create index outbox_email on outbox (email) where user_id is null and email is not null;

comment on table outbox is 'What is still to be sent, written in the transaction of the change it tells of; a row goes once it is sent';
comment on column outbox.user_id is 'Null too for a forgotten password until the mail is sent: the request must not take longer for an address that somebody has';
comment on column outbox.due_at is 'When to try next. Whoever takes a row moves it on, so that nobody else takes it, and it comes back should he die';
comment on column outbox.detail is 'What the mail says besides; never a secret';
