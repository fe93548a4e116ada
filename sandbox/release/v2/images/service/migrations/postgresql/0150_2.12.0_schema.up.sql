alter table harbor_user add column password_version varchar(16) not null default 'sha256';
