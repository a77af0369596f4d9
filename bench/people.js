import { progress } from './progress.js'

const batch = 50_000

const first = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Frances', 'John', 'Katherine', 'Linus', 'Margaret', 'Niklaus', 'Radia', 'Tim', 'Ursula', 'Vint', 'Whitfield', 'Yukihiro', 'Konrad', 'Éva']
const last = ['Lovelace', 'Hopper', 'Turing', 'Dijkstra', 'Liskov', 'Knuth', 'Allen', 'McCarthy', 'Johnson', 'Torvalds', 'Hamilton', 'Wirth', 'Perlman', 'Lee', 'Burks', 'Cerf', 'Diffie', 'Matsumoto', 'Kay', 'Adams']

// Addresses begin like names, as people's do; one in 100,000 is an administrator. Gives the seconds it took.
export async function populate (sql, people) {
  const started = performance.now()
  for (let from = 1; from <= people; from += batch) {
    await sql`
      insert into users (id, name, email, password_hash, role, created_at, updated_at)
      select
        gen_random_uuid(), first || ' ' || last || '-' || second, lower(first) || '.' || lower(last) || number || '@' || domain || '.bench.example',
        '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
        case when number % 100000 = 7 then 'admin' else 'user' end, at, at
      from (
        select
          number, (${first}::text[])[1 + number * 7919 % 20] as first, (${last}::text[])[1 + number / 20 * 104729 % 20] as last,
          (array['Baker', 'Carter', 'Dyer', 'Fisher', 'Mason', 'Potter', 'Smith', 'Weaver'])[1 + number % 8] as second,
          (array['bench', 'mail', 'post', 'corp'])[1 + number % 4] as domain, timestamptz '2026-01-01' + number * interval '1 second' as at
        from generate_series(${from}::bigint, ${Math.min(people, from + batch - 1)}::bigint) as number
      ) as made
    `
    progress(`users ${Math.min(people, from + batch - 1)}/${people}`)
  }
  const seconds = (performance.now() - started) / 1000
  await sql`vacuum (analyze) users`
  await sql`vacuum (analyze) user_words`
  return seconds
}
