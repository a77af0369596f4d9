alter table sessions
  add column renewed_at timestamptz,
  add column retired_refresh_ids uuid[],
  add check ((renewed_at is null) = (retired_refresh_ids is null));

-- The sweep asks once a second which sessions were renewed since the last one.
create index sessions_renewed_at on sessions (renewed_at) where renewed_at is not null;

comment on column sessions.renewed_at is 'When the session was last given tokens of no descent: one issued before is refused, and that is no reuse';
comment on column sessions.retired_refresh_ids is 'jti of the refresh tokens that were known then: their iat alone does not tell them from tokens issued later in that second';
