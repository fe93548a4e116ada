create index artifact_by_digest on artifact (digest);
