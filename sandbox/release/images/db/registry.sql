-- The tables that the services of this release use, under the names that the release line gives them. Loading this throws
-- away a database of the name, as there: whoever loads it into a server of their own has to look first.
drop database if exists registry;
create database registry charset = utf8;

use registry;

-- Settings by name
create table properties (
  k varchar(64) primary key,
  v varchar(128) not null
);

-- People. A deleted one keeps the row, with the number behind the name, so that the name is free again.
create table user (
  user_id int auto_increment primary key,
  username varchar(255) unique,
  email varchar(255) unique,
  realname varchar(255) not null,
  comment varchar(30),
  -- PBKDF2 of the password; empty until the first start has made them from its settings
  password varchar(40) not null,
  salt varchar(40) not null default '',
  sysadmin_flag tinyint(1) not null default 0,
  deleted tinyint(1) not null default 0,
  creation_time timestamp,
  update_time timestamp
);

-- What members of a project may do, one letter each
create table role (
  role_id int auto_increment primary key,
  name varchar(20),
  role_code varchar(20)
);

-- The letters of which the codes of roles are made
create table access (
  access_id int auto_increment primary key,
  access_code char(1),
  comment varchar(30)
);

create table project (
  project_id int auto_increment primary key,
  name varchar(255) not null unique,
  owner_id int not null,
  public tinyint(1) not null default 0,
  deleted tinyint(1) not null default 0,
  creation_time timestamp,
  update_time timestamp,
  foreign key (owner_id) references user (user_id)
);

create table project_member (
  user_id int not null,
  project_id int not null,
  role int not null,
  creation_time timestamp,
  update_time timestamp,
  primary key (user_id, project_id),
  foreign key (user_id) references user (user_id),
  foreign key (project_id) references project (project_id),
  foreign key (role) references role (role_id)
);

-- One row for each name that was pushed; the registry's notifications fill it.
create table repository (
  repository_id int auto_increment primary key,
  project_id int not null,
  owner_id int not null,
  name varchar(255) not null unique,
  description text,
  pull_count int not null default 0,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp
);

create table access_log (
  log_id int auto_increment primary key,
  op_time timestamp,
  operation varchar(20) not null,
  user_id int not null,
  project_id int not null,
  repo_name varchar(256),
  repo_tag varchar(128),
  guid varchar(64),
  index by_time (project_id, op_time),
  foreign key (project_id) references project (project_id),
  foreign key (user_id) references user (user_id)
);

-- Replication: where to, what, and each single run
create table replication_target (
  id int auto_increment primary key,
  name varchar(64),
  url varchar(64),
  username varchar(40),
  -- encrypted with secretkey
  password varchar(128),
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp
);

create table replication_policy (
  id int auto_increment primary key,
  name varchar(256),
  project_id int not null,
  target_id int not null,
  enabled tinyint(1) not null default 1,
  deleted tinyint(1) not null default 0,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp
);

create table replication_job (
  id int auto_increment primary key,
  policy_id int not null,
  repository varchar(256) not null,
  tags varchar(16384),
  operation varchar(64) not null,
  status varchar(64) not null,
  creation_time timestamp default current_timestamp,
  update_time timestamp default current_timestamp on update current_timestamp,
  index by_policy (policy_id, update_time)
);

-- The program knows these rows by the numbers that they get here: 1, 2 and 3 for the roles, 1 for admin and for library.
insert into access (access_code, comment) values ('M', 'manages members');
insert into access (access_code, comment) values ('R', 'pulls');
insert into access (access_code, comment) values ('W', 'pushes');
insert into access (access_code, comment) values ('D', 'deletes');
insert into access (access_code, comment) values ('S', 'searches');
insert into role (name, role_code) values ('projectAdmin', 'MDRWS');
insert into role (name, role_code) values ('developer', 'RWS');
insert into role (name, role_code) values ('guest', 'RS');
insert into user (username, email, realname, comment, password, sysadmin_flag, creation_time, update_time)
  values ('admin', 'admin@example.com', 'Administrator', 'made by the release', '', 1, now(), now());
-- Whoever isn't signed in; nobody can be.
insert into user (username, email, realname, comment, password, salt, deleted, creation_time, update_time)
  values ('anonymous', 'anonymous@example.com', 'Nobody', 'made by the release', '', 'none', 1, now(), now());
insert into project (name, owner_id, public, creation_time, update_time) values ('library', 1, 1, now(), now());
insert into project_member (user_id, project_id, role, creation_time, update_time) values (1, 1, 1, now(), now());

-- Last of all, so that a database with a version in it is whole.
create table alembic_version (
  version_num varchar(32) not null
);
insert into alembic_version values ('0.4.0');
