drop table mass_endings;
