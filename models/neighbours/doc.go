// Package neighbours knows who lives elsewhere: the actors that matter to us, the edges to other collectives, who follows us,
// who is shut out, and therefore who may see what. CanView is the one answer that every door asks for (DESIGN 2).
//
// A neighbour is a whole node. Members are not actors, so what is for friends is for everybody there, and this package asks
// for the origin of whoever signed.
//
// The package may import people, wire, store and fault. Start with edge.go, whose doc comment holds the table of states, and
// with viewer.go.
package neighbours
