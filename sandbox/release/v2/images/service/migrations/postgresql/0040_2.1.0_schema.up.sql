create table registry (
  id serial primary key,
  name varchar(255) not null unique,
  url varchar(255) not null,
  type varchar(32) not null,
  access_key varchar(255) not null default '',
  access_secret varchar(4096) not null default '',
  insecure boolean not null default false
);
create table replication_policy (
  id serial primary key,
  name varchar(255) not null unique,
  dest_registry_id int not null references registry (id)
);
