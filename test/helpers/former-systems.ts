/**
 * What other systems hold of their users: the tables as their own migrations make them, less what nobody reads, and files in the form in
 * which they are exported. Better Auth 1.7 made its hash itself; those of bcrypt, as Supabase Auth and Auth0 have them, are libxcrypt's.
 */
export const formerPassword = 'seven grey otters at dusk'
export const shortPassword = 'otters7'

const bcrypt2a = '$2a$10$Fq3tRk8ZsVwYb1LxHn6Jde3897wI0CTyLjO.fjZhxpqd.nxOrewTC'
const bcrypt2b = '$2b$10$uM4cQe7TgKpXo2WvRs9AiebR.MNu/AVZj88BNa.ykgp1w1TlIgfpK'
const bcryptShort = '$2a$10$Zr5nCy1DfBhSj8LmTk3Que8Z8sDDYMCoYSsd05YpBAh6eFp0kLCUS'
const scrypt = '4cbb63f57372dbf085492749de70e17b:fbaeb5aa1aabb9311112807b525212702b536c3f1c19695904f7e790f9dd6583af164aca4f0b9b0c37f89c98bfe5808fa3288ccf29d15ccd06dc222fc448fd95'

export const supabase = `
  create schema auth;
  create table auth.users (
    id uuid primary key, email varchar(255), encrypted_password varchar(255), email_confirmed_at timestamptz, phone text,
    raw_app_meta_data jsonb, raw_user_meta_data jsonb, is_super_admin boolean, created_at timestamptz, updated_at timestamptz,
    banned_until timestamptz, deleted_at timestamptz, is_sso_user boolean not null default false, is_anonymous boolean not null default false
  );
  insert into auth.users (id, email, encrypted_password, email_confirmed_at, raw_user_meta_data, created_at) values
    ('6ba7b810-9dad-41d1-80b4-00c04fd430c8', 'ada@supabase.example', '${bcrypt2a}', '2024-03-01 12:00:00+00',
      '{"full_name":"Ada \\"Countess\\" Lovelace","avatar_url":"https://example.com/ada.png"}', '2024-03-01 11:59:58.123456+00'),
    ('6ba7b811-9dad-41d1-80b4-00c04fd430c8', 'social@supabase.example', '', now(), '{"name":"  ","avatar_url":"javascript:alert(1)"}', now()),
    ('6ba7b812-9dad-41d1-80b4-00c04fd430c8', 'short@supabase.example', '${bcryptShort}', null, null, null),
    ('6ba7b813-9dad-41d1-80b4-00c04fd430c8', 'firebase@supabase.example', '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=c2VjcmV0$c2FsdA==$aGFzaA==', now(), '{}', now());
  insert into auth.users (id, email, encrypted_password, email_confirmed_at, banned_until) values
    ('6ba7b814-9dad-41d1-80b4-00c04fd430c8', 'banned@supabase.example', '${bcrypt2a}', now(), now() + interval '100 years'),
    ('6ba7b815-9dad-41d1-80b4-00c04fd430c8', 'pardoned@supabase.example', '${bcrypt2a}', now(), now() - interval '1 day');
  insert into auth.users (id, email, phone, deleted_at, is_sso_user, is_anonymous) values
    (gen_random_uuid(), null, '491701234567', null, false, false), (gen_random_uuid(), null, null, null, false, true),
    (gen_random_uuid(), 'gone@supabase.example', null, now(), false, false), (gen_random_uuid(), 'ada@supabase.example', null, null, true, false);
`

export const betterAuth = `
  create table "user" (
    "id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text,
    "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null,
    "role" text, "banned" boolean, "banReason" text, "banExpires" timestamptz
  );
  create table "account" (
    "id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade,
    "password" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz not null
  );
  insert into "user" ("id", "name", "email", "emailVerified", "image", "createdAt", "banned", "banExpires") values
    ('Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK', 'Grace Hopper', 'grace@better-auth.example', true, 'https://example.com/grace.png', '2025-06-01 08:30:00.5+00', false, null),
    ('social0000000000000000000000000a', '', 'social@better-auth.example', true, null, now(), null, null),
    ('0B9E5F0A-5B9C-4B8E-9D2C-2F1F3A6F7C11', 'Own Hash', 'own-hash@better-auth.example', false, 'data:image/png;base64,AAAA', now(), false, null),
    ('banned0000000000000000000000000a', 'Banned', 'banned@better-auth.example', true, null, now(), true, null),
    ('pardoned00000000000000000000000a', 'Pardoned', 'pardoned@better-auth.example', true, null, now(), true, now() - interval '1 day');
  insert into "account" ("id", "accountId", "providerId", "userId", "password", "updatedAt") values
    ('a1', 'Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK', 'credential', 'Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK', '${scrypt}', now()),
    ('a2', '1234567890', 'google', 'Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK', null, now()),
    ('a3', '1234567891', 'google', 'social0000000000000000000000000a', null, now()),
    ('a4', '0B9E5F0A-5B9C-4B8E-9D2C-2F1F3A6F7C11', 'credential', '0B9E5F0A-5B9C-4B8E-9D2C-2F1F3A6F7C11', '${bcrypt2a}', now()),
    ('a5', 'banned0000000000000000000000000a', 'credential', 'banned0000000000000000000000000a', '${scrypt}', now()),
    ('a6', 'pardoned00000000000000000000000a', 'credential', 'pardoned00000000000000000000000a', '${scrypt}', now());
`

/** A table of an application whose users are those of Better Auth, and in the second row of Auth0. */
export const orders = `
  create table "user" (id text primary key);
  create table orders (id integer primary key, user_id text not null references "user" (id));
  insert into "user" values ('Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK'), ('auth0|5dea9f9c82dd7c0e76e4ec93'), ('0B9E5F0A-5B9C-4B8E-9D2C-2F1F3A6F7C11');
  insert into orders values (1, 'Zx8kQ2mB7vN4cT1rY6wP3sL9dF5gH0jK'), (2, 'auth0|5dea9f9c82dd7c0e76e4ec93'), (3, '0B9E5F0A-5B9C-4B8E-9D2C-2F1F3A6F7C11');
`

const lines = (...values: object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

export const auth0Users = lines(
  { user_id: 'google-oauth2|103547991597142817347', email: 'Alan@auth0.example', email_verified: true, name: 'Alan', created_at: '2021-01-02T03:04:05.678Z' },
  { user_id: 'auth0|5dea9f9c82dd7c0e76e4ec93', email: 'alan@auth0.example', email_verified: true, name: 'Alan Turing', picture: 'https://s.gravatar.com/avatar/1?s=480&r=pg', created_at: '2019-12-06T18:36:12.412Z' },
  { user_id: 'auth0|squatter', email: 'mary@auth0.example', email_verified: false, name: 'Not Mary', created_at: '2022-01-01T00:00:00.000Z' },
  { user_id: 'google-oauth2|203547991597142817347', email: 'mary@auth0.example', email_verified: true, name: 'Mary', created_at: '2023-01-01T00:00:00.000Z' },
  { user_id: 'auth0|euclid', email: 'euclid@auth0.example', email_verified: false, name: 'euclid@auth0.example', blocked: false, created_at: '2020-02-02T02:02:02.020Z' },
  { user_id: 'auth0|5dea9f9c82dd7c0e76e4ec94', email: 'blocked@auth0.example', email_verified: true, name: 'Blocked', blocked: true, created_at: '2020-02-02T02:02:02.020Z' },
  { user_id: 'sms|5dea9f9c82dd7c0e76e4ec95', name: '+491701234567', created_at: '2020-02-02T02:02:02.020Z' }
)

const connection = { tenant: 'example', connection: 'Username-Password-Authentication', _tmp_is_unique: true }

export const auth0Hashes = lines(
  { _id: { $oid: '5dea9f9c82dd7c0e76e4ec93' }, email_verified: true, email: 'alan@auth0.example', passwordHash: bcrypt2b, password_set_date: { $date: '2019-12-06T18:36:12.412Z' }, ...connection },
  { _id: { $oid: '5dea9f9c82dd7c0e76e4ec97' }, email_verified: false, email: 'mary@auth0.example', passwordHash: bcrypt2b, alt_id: 'squatter', ...connection },
  { _id: { $oid: '5dea9f9c82dd7c0e76e4ec96' }, email_verified: false, email: 'euclid@auth0.example', passwordHash: bcrypt2b, alt_id: 'euclid', ...connection },
  { _id: { $oid: '5dea9f9c82dd7c0e76e4ec94' }, email_verified: true, email: 'blocked@auth0.example', passwordHash: bcrypt2b, ...connection }
)
