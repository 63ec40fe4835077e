// Package federation is the door for other nodes: it says who we are, takes in what they send, and carries what we say to them.
//
// Out: relay.go turns events into activities, translate_*.go hold one function for each kind of event, audience.go says who is
// told, and courier.go delivers. What is served to whoever asks is in actor.go, object.go, collections.go and the discovery files,
// and routes.go lists every address. In: admit.go decides who may say what, inbox.go makes it durable, receive_*.go apply it.
//
// It may import everything under models and the packages below it (signature, iri, fetch, codec), never api. What it needs of
// others is handed to New. Nothing here reads a clock or opens a socket by itself. Start with federation.go.
package federation
