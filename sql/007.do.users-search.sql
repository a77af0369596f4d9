-- How names are compared: without case, accents and runs of blanks. Some signs fall into many: no longer than an address may be.
create function search_form (said text) returns text language sql immutable strict parallel safe
return left(lower(regexp_replace(regexp_replace(normalize(said, nfkd), '[\u0300-\u036f]', '', 'g'), '\s+', ' ', 'g')), 254);

-- What a user is found by: the name from each of its words on, the address, and what follows its @.
-- The shadow of a word is what it has in common with the one before it: a search no longer than that has found the user there.
create function words_of (name text, email text) returns table (shadow smallint, word text) language sql immutable strict parallel safe rows 5
begin atomic
  with words as (
    select substr(form, start) collate "C" as word
    from search_form(name) as form, generate_series(1, char_length(form)) as start
    where substr(' ' || form, start, 1) in (' ', '-', '''') and substr(form, start, 1) not in (' ', '-', '''')
    union
    select email
    union
    select split_part(email, '@', -1)
  ), sorted as (
    select word, lag(word) over (order by word) as before
    from words
  )
  select
    case
      when before is null or left(before, 1) <> left(word, 1) then 0
      else (select count(*) from generate_series(1, char_length(before)) as length where left(before, length) = left(word, length))
    end,
    word
  from sorted;
end;

create table user_words (
  role text not null,
  shadow smallint not null,
  word text collate "C" not null,
  user_id uuid not null,
  primary key (role, shadow, word, user_id)
);

comment on table user_words is 'What users are found by, kept in step with users by its triggers: every search, whatever it asks for, is a few short walks along the primary key';
comment on column user_words.shadow is 'How many signs the word has in common with the word of the same user that sorts before it: a search of more signs than that finds the user here, and nowhere else';

create function add_user_words () returns trigger language plpgsql as $$
begin
  insert into user_words (role, shadow, word, user_id)
  select added.role, words.shadow, words.word, added.id
  from added, words_of(added.name, added.email) as words;
  return null;
end
$$;

create function remove_user_words () returns trigger language plpgsql as $$
begin
  delete from user_words
  using removed, words_of(removed.name, removed.email) as words
  where (user_words.role, user_words.shadow, user_words.word, user_words.user_id) = (removed.role, words.shadow, words.word, removed.id);
  return null;
end
$$;

create function change_user_words () returns trigger language plpgsql as $$
begin
  delete from user_words
  using words_of(old.name, old.email) as words
  where (user_words.role, user_words.shadow, user_words.word, user_words.user_id) = (old.role, words.shadow, words.word, old.id);
  insert into user_words (role, shadow, word, user_id)
  select new.role, words.shadow, words.word, new.id
  from words_of(new.name, new.email) as words;
  return null;
end
$$;

create trigger words_added after insert on users referencing new table as added for each statement execute function add_user_words();
create trigger words_removed after delete on users referencing old table as removed for each statement execute function remove_user_words();
create trigger words_changed after update of name, email, role on users for each row
  when ((old.name, old.email, old.role) is distinct from (new.name, new.email, new.role)) execute function change_user_words();

insert into user_words (role, shadow, word, user_id)
select users.role, words.shadow, words.word, users.id
from users, words_of(users.name, users.email) as words;

-- All users, the newest first; and whether there is another administrator.
create index users_role_created_at on users (role, created_at desc, id desc);
