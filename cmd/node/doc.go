// Command manypots is the server of one neighbourhood collective. This package composes the house: it reads the environment,
// opens the database, hands the two doors what they need of one another, and turns the wheels. It holds no rule.
//
// Start reading at node.go (what a node is made of), then wheels.go (what turns by itself) and mount.go (which door a request
// goes through). Every admin command is a file named after it.
package main
