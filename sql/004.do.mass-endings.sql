create table mass_endings (
  at timestamptz primary key default clock_timestamp()
);

comment on table mass_endings is 'Moments at which everybody was signed out: a session opened up to the latest of them is not live';
