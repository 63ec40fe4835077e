// Package api is the door for people and programs: pages and JSON. A handler decodes, calls one verb of the commons in one
// transaction and replies; the same handler answers a form with a page and a program with a document.
//
// It may import every package under models and its own api/web; it never imports federation. Start with routes.go, where every
// route is, then reply.go, where one act gets its two faces; the files named after the districts hold the handlers.
package api
