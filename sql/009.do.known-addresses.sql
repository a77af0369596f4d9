create table known_addresses (
  user_id uuid not null references users on delete cascade,
  network text not null check (char_length(network) = 22),
  seen_at timestamptz not null default now(),
  primary key (user_id, network)
);

create index known_addresses_seen_at on known_addresses (seen_at);

comment on table known_addresses is 'Where users have signed in from: whatever strangers do, nobody is kept out there';
comment on column known_addresses.network is 'Hash of the IPv4 address, or of the /64 that an IPv6 address lies in: to be recognised, not to be read';
comment on column known_addresses.seen_at is 'When a login last came from there, to the day';
