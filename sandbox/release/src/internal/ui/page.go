package ui

import (
	_ "embed"
	"html/template"
	"log"
	"net/http"
)

//go:embed page.html
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

func (s *server) page(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	err := pageTemplate.Execute(w, map[string]string{"Version": s.version, "Domain": domain(s.settings.Get())})
	if err != nil {
		log.Print(err)
	}
}
