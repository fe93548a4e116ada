create index tag_by_artifact on tag (artifact_id);
