alter table registry add column description text not null default '';
