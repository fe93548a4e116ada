alter table execution add column status_message text not null default '';
