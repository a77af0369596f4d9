alter table sessions
  drop column renewed_at,
  drop column retired_refresh_ids;
