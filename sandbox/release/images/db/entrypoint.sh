#!/bin/bash
# Makes the database at the first start, then runs the server.
set -Eeuo pipefail

server=(mariadbd --no-defaults --user=mysql --datadir=/var/lib/mysql --socket=/run/mysqld/mysqld.sock
  --character-set-server=utf8mb3 --skip-name-resolve)

chown mysql: /var/lib/mysql
if [[ ! -d /var/lib/mysql/mysql ]]; then
  : "${MYSQL_ROOT_PASSWORD:?is needed for the first start}"
  mariadb-install-db --no-defaults --user=mysql --datadir=/var/lib/mysql --skip-test-db \
    --auth-root-authentication-method=normal >/dev/null
fi
if [[ ! -e /var/lib/mysql/.schema-loaded ]]; then
  # Statements on the server's own input run before it listens.
  password=${MYSQL_ROOT_PASSWORD//\\/\\\\}
  password=${password//\'/\\\'}
  {
    cat /tmp/r.sql
    printf '\nflush privileges;\n'
    printf "create user if not exists 'root'@'%%';\n"
    printf "grant all on *.* to 'root'@'%%' with grant option;\n"
    printf "alter user 'root'@'%%' identified by '%s';\n" "$password"
    printf "alter user 'root'@'localhost' identified by '%s';\n" "$password"
  } | "${server[@]}" --bootstrap
  touch /var/lib/mysql/.schema-loaded
fi
exec "${server[@]}" --bind-address=0.0.0.0
