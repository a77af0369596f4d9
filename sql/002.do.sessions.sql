create table sessions (
  id uuid primary key,
  user_id uuid references users on delete set null,
  access_id uuid not null,
  refresh_id uuid not null,
  previous_access_id uuid,
  previous_refresh_id uuid,
  older_access_ids uuid[],
  older_refresh_ids uuid[],
  older_replaced_at timestamptz[],
  successor_used boolean not null default true,
  access_role text not null check (access_role in ('user', 'admin')),
  transport text not null check (transport in ('cookie', 'body')),
  version integer not null default 1 check (version > 0),
  ip text check (char_length(ip) <= 45),
  user_agent text check (char_length(user_agent) <= 512),
  created_at timestamptz not null default clock_timestamp(),
  refreshed_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null check (expires_at > created_at),
  ended_at timestamptz,
  ended_because text check (ended_because in (
    'logout', 'revoked', 'reuse', 'replaced', 'too_many', 'password_changed', 'password_reset', 'user_disabled', 'user_deleted'
  )),
  check ((ended_at is null) = (ended_because is null)),
  check (user_id is not null or ended_at is not null),
  check ((previous_access_id is null) = (previous_refresh_id is null)),
  check (access_id <> refresh_id and access_id is distinct from previous_access_id and refresh_id is distinct from previous_refresh_id),
  check (coalesce(cardinality(older_refresh_ids), 0) = coalesce(cardinality(older_replaced_at), 0)),
  check (coalesce(cardinality(older_access_ids), 0) = coalesce(cardinality(older_replaced_at), 0))
) with (fillfactor = 80);

-- No index names a column that a refresh changes, so that a refresh stays within its page.
create index sessions_user_id on sessions (user_id);
create index sessions_ended_at on sessions (ended_at) where ended_at is not null;
create index sessions_created_at on sessions using brin (created_at);

comment on table sessions is 'One row a signed-in device: the record of which tokens are good';
comment on column sessions.user_id is 'Null once the user is deleted: the ended row stays until every node has heard of the ending';
comment on column sessions.access_id is 'jti of the live access token; refresh_id is that of the live refresh token';
comment on column sessions.previous_refresh_id is 'jti of the direct parent of the live tokens, good for the same successor while that is unused';
comment on column sessions.older_refresh_ids is 'jti of tokens replaced before the parent, no longer than the overlap ago; older_access_ids and older_replaced_at go with them';
comment on column sessions.successor_used is 'Whether the live access token has authenticated a request';
comment on column sessions.access_role is 'The role written into the live access token, so that it can be signed again byte for byte';
comment on column sessions.version is 'Rises with every change; a copy with a lower one is out of date';
comment on column sessions.refreshed_at is 'When the live tokens were issued: their iat';
