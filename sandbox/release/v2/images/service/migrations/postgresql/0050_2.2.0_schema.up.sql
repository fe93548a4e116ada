create table robot (
  id serial primary key,
  name varchar(255) not null unique,
  secret varchar(64) not null,
  salt varchar(64) not null,
  project_id int references project (project_id) on delete cascade,
  push boolean not null,
  disabled boolean not null default false,
  expires_at bigint not null default -1,
  creation_time timestamp not null default current_timestamp
);
create table execution (
  id serial primary key,
  vendor_type varchar(64) not null,
  vendor_id int not null default 0,
  trigger varchar(16) not null default 'MANUAL',
  parameters text not null default '{}',
  status varchar(16) not null default 'Pending',
  job_id varchar(64) not null default '',
  start_time timestamp not null default current_timestamp,
  update_time timestamp not null default current_timestamp
);
