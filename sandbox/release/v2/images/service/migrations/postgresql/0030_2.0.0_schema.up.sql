create table repository (
  repository_id serial primary key,
  project_id int not null references project (project_id),
  name varchar(255) not null unique,
  pull_count int not null default 0,
  creation_time timestamp not null default current_timestamp
);
create table artifact (
  id serial primary key,
  repository_id int not null references repository (repository_id) on delete cascade,
  digest varchar(255) not null,
  media_type varchar(255) not null,
  size bigint not null,
  push_time timestamp not null default current_timestamp,
  unique (repository_id, digest)
);
create table tag (
  repository_id int not null references repository (repository_id) on delete cascade,
  artifact_id int not null references artifact (id) on delete cascade,
  name varchar(255) not null,
  primary key (repository_id, name)
);
