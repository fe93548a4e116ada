create table harbor_user (
  user_id serial primary key,
  username varchar(255) not null unique,
  email varchar(255) unique,
  password varchar(64) not null,
  salt varchar(64) not null default '',
  realname varchar(255) not null default '',
  sysadmin_flag boolean not null default false,
  creation_time timestamp not null default current_timestamp
);
insert into harbor_user (username, password, realname, sysadmin_flag) values ('admin', '', 'system admin', true);

create table project (
  project_id serial primary key,
  owner_id int not null references harbor_user (user_id),
  name varchar(255) not null unique,
  public boolean not null default false,
  creation_time timestamp not null default current_timestamp
);
insert into project (owner_id, name, public) values (1, 'library', true);

create table project_member (
  project_id int not null references project (project_id) on delete cascade,
  user_id int not null references harbor_user (user_id) on delete cascade,
  role int not null,
  primary key (project_id, user_id)
);

create table properties (
  k varchar(64) primary key,
  v varchar(1024) not null
);

create table harbor_label (
  id serial primary key,
  name varchar(128) not null unique,
  scope char(1) not null default 'g'
);
