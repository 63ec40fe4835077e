// Package models is the roof of the commons: what concerns every district at once, in one transaction. It holds no rule; each
// call goes to every district in the order of the table in roof.go. A newcomer opens a district instead.
package models
