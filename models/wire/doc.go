// Package wire holds what passes between this node and its peers: items that came in, activities that go out with one
// delivery per inbox, the peers with their lanes and breakers, their keys and ours, and who received what. It knows rows
// and no ActivityStreams: what a body means is federation's business.
//
// The package may import store and fault. Start with inbox.go for the way in, and with activity.go, lease.go and
// delivery.go for the way out; purge.go says how long anything stays.
//
// Two clocks meet here (DESIGN 2). Whatever a rule of the commons reads or a purge decides is domain time (tx.Now);
// leases, retries and breakers of deliveries, and the age of keys, are wall time, which is passed in as wall.
package wire
