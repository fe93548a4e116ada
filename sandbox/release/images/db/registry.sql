drop database if exists registry;
create database registry charset = utf8;

use registry;

create table access (
  access_id int not null auto_increment,
  access_code char(1),
  comment varchar(30),
  primary key (access_id)
);
insert into access (access_code, comment) values
  ('M', 'everything'), ('R', 'read'), ('W', 'write'), ('D', 'delete'), ('S', 'search');

create table role (
  role_id int not null auto_increment,
  role_mask int not null default 0,
  role_code varchar(20),
  name varchar(20),
  primary key (role_id)
);
insert into role (role_code, name) values
  ('MDRWS', 'projectAdmin'), ('RWS', 'developer'), ('RS', 'guest');

create table user (
  user_id int not null auto_increment,
  username varchar(255),
  email varchar(255),
  password varchar(40) not null,
  realname varchar(255) not null,
  comment varchar(30),
  deleted tinyint(1) not null default 0,
  reset_uuid varchar(40) default null,
  salt varchar(40) not null default '',
  sysadmin_flag tinyint(1) not null default 0,
  creation_time timestamp,
  update_time timestamp,
  primary key (user_id),
  unique (username),
  unique (email)
);
insert into user (username, email, password, realname, comment, sysadmin_flag, creation_time, update_time) values
  ('admin', 'admin@example.com', '', 'system admin', 'admin user', 1, now(), now()),
  ('anonymous', 'anonymous@example.com', '', 'anonymous user', 'anonymous user', 0, now(), now());
update user set deleted = 1, salt = 'none' where username = 'anonymous';

create table project (
  project_id int not null auto_increment,
  owner_id int not null,
  name varchar(255) not null,
  creation_time timestamp,
  update_time timestamp,
  deleted tinyint(1) not null default 0,
  public tinyint(1) not null default 0,
  primary key (project_id),
  foreign key (owner_id) references user (user_id),
  unique (name)
);
insert into project (owner_id, name, creation_time, update_time, public) values (1, 'library', now(), now(), 1);

create table project_member (
  project_id int not null,
  user_id int not null,
  role int not null,
  creation_time timestamp,
  update_time timestamp,
  primary key (project_id, user_id),
  foreign key (role) references role (role_id),
  foreign key (project_id) references project (project_id),
  foreign key (user_id) references user (user_id)
);
insert into project_member (project_id, user_id, role, creation_time, update_time) values (1, 1, 1, now(), now());

create table access_log (
  log_id int not null auto_increment,
  user_id int not null,
  project_id int not null,
  repo_name varchar(256),
  repo_tag varchar(128),
  guid varchar(64),
  operation varchar(20) not null,
  op_time timestamp,
  primary key (log_id),
  index (project_id, op_time),
  foreign key (user_id) references user (user_id),
  foreign key (project_id) references project (project_id)
);

create table repository (
  repository_id int not null auto_increment,
  name varchar(255) not null,
  project_id int not null,
  owner_id int not null,
  description text,
  pull_count int not null default 0,
  star_count int not null default 0,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp,
  primary key (repository_id),
  unique (name)
);

create table replication_policy (
  id int not null auto_increment,
  name varchar(256),
  project_id int not null,
  target_id int not null,
  enabled tinyint(1) not null default 1,
  description text,
  deleted tinyint(1) not null default 0,
  cron_str varchar(256),
  start_time timestamp null,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp,
  primary key (id)
);

create table replication_target (
  id int not null auto_increment,
  name varchar(64),
  url varchar(64),
  username varchar(40),
  password varchar(128),
  target_type tinyint(1) not null default 0,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp,
  primary key (id)
);

create table replication_job (
  id int not null auto_increment,
  status varchar(64) not null,
  policy_id int not null,
  repository varchar(256) not null,
  operation varchar(64) not null,
  tags varchar(16384),
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp,
  primary key (id),
  index (policy_id),
  index (policy_id, update_time)
);

create table properties (
  k varchar(64) not null,
  v varchar(128) not null,
  primary key (k)
);

create table if not exists alembic_version (
  version_num varchar(32) not null
);
insert into alembic_version values ('0.4.0');
