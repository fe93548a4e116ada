module harborload

go 1.25.0
