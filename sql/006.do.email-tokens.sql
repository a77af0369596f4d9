create table email_tokens (
  user_id uuid not null references users on delete cascade,
  purpose text not null check (purpose in ('verify', 'change', 'reset')),
  hash bytea not null unique check (octet_length(hash) = 32),
  email text not null check (char_length(email) between 3 and 254),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null check (expires_at > created_at),
  primary key (user_id, purpose)
);

comment on table email_tokens is 'One-use secrets mailed out, one a user and purpose: a newer one takes the place of its elder';
comment on column email_tokens.hash is 'SHA-256 of the 256 random bits in the mail';
comment on column email_tokens.email is 'The address it was mailed to: for purpose change, the one it would bring';
