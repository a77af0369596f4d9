drop index users_role_created_at;
drop trigger words_added on users;
drop trigger words_removed on users;
drop trigger words_changed on users;
drop function add_user_words, remove_user_words, change_user_words;
drop table user_words;
drop function words_of;
drop function search_form;
