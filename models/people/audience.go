package people

// Audience says who may see a thing: one of five, always shown in words (product 6).
type Audience string

// The five audiences, from the fewest to everybody.
const (
	Involved Audience = "involved" // only those it is about
	Circle   Audience = "circle"   // our circle: a project of ours
	Members  Audience = "members"  // every member here
	Friends  Audience = "friends"  // members here and at neighbouring collectives
	Anyone   Audience = "anyone"   // the world
)

// Valid reports whether a is one of the five.
func (a Audience) Valid() bool {
	switch a {
	case Involved, Circle, Members, Friends, Anyone:
		return true
	}
	return false
}

// Leaves reports whether things for this audience leave the node at all.
func (a Audience) Leaves() bool { return a == Friends || a == Anyone }
