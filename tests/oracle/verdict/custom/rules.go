package main

// rule makes a rule in CEL for a value of the schema.
func (g *generator) rule(schema node, kind string) node {
	rule := node{"rule": g.expression(schema, kind)}
	if g.chance(50) {
		rule["message"] = "must hold"
	}
	return rule
}

func (g *generator) expression(schema node, kind string) string {
	return "true"
}
