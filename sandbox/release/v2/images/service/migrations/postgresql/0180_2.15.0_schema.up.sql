alter table registry add column ca_certificate text not null default '';
