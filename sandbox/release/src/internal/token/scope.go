package token

import "strings"

// Access is one entry of a token's access list.
type Access struct {
	Type    string   `json:"type"`
	Name    string   `json:"name"`
	Actions []string `json:"actions"`
}

// Rights says what somebody may do in a project.
type Rights struct{ Pull, Push, All bool }

// ParseScopes takes the scope parameters of a request apart. A name may hold
// colons (a host with a port), so only the first and the last one separate.
func ParseScopes(scopes []string) []Access {
	var parsed []Access
	for _, scope := range strings.Fields(strings.Join(scopes, " ")) {
		first, last := strings.Index(scope, ":"), strings.LastIndex(scope, ":")
		if first < 0 || first == last {
			continue
		}
		parsed = append(parsed, Access{
			Type:    scope[:first],
			Name:    scope[first+1 : last],
			Actions: strings.Split(scope[last+1:], ","),
		})
	}
	return parsed
}

// Grant keeps of the wanted accesses what the rights allow. The rights of a
// project are asked for by its name; catalog is for administrators only.
func Grant(wanted []Access, admin bool, rights func(project string) Rights) []Access {
	granted := make([]Access, 0, len(wanted))
	for _, access := range wanted {
		var allowed Rights
		switch access.Type {
		case "repository":
			if project, _, ok := strings.Cut(access.Name, "/"); ok {
				allowed = rights(project)
			}
		case "registry":
			allowed.All = admin
		}
		actions := []string{}
		for _, action := range access.Actions {
			if allowed.All || (action == "pull" && allowed.Pull) || (action == "push" && allowed.Push) {
				actions = append(actions, action)
			}
		}
		granted = append(granted, Access{Type: access.Type, Name: access.Name, Actions: actions})
	}
	return granted
}
