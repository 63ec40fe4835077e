package store

// Kinds tells tests what each column of each table is.
func Kinds(v *View) (map[string]string, error) {
	all, err := v.tables()
	kinds := map[string]string{}
	for _, t := range all {
		for _, c := range t.columns {
			kinds[t.name+"."+c.name] = string(c.kind)
		}
	}
	return kinds, err
}
