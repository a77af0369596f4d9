create table users (
  id uuid primary key,
  name text not null check (char_length(name) between 1 and 100 and name = btrim(name)),
  email text not null unique check (char_length(email) between 3 and 254 and email = lower(btrim(email))),
  password_hash text not null check (char_length(password_hash) between 20 and 512),
  password_version integer not null default 1 check (password_version > 0),
  role text not null default 'user' check (role in ('user', 'admin')),
  photo text not null default 'default.png' check (char_length(photo) between 1 and 2048),
  verified_at timestamptz,
  disabled_at timestamptz,
  version integer not null default 1 check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now() check (updated_at >= created_at)
);

-- The sweep asks once a second who changed since the last one.
create index users_updated_at on users (updated_at);

comment on table users is 'One row a person';
comment on column users.password_version is 'Rises when the password changes, not when it is hashed anew: a login made with an older one opens no session';
comment on column users.version is 'Rises with every change; a copy with a lower one is out of date';
