module harborsandbox

go 1.25

require (
	github.com/go-sql-driver/mysql v1.10.1
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/gomodule/redigo v1.9.3
)

require filippo.io/edwards25519 v1.2.0 // indirect
