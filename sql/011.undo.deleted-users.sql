drop index events_deletions;
