// Package web is the face of a node: its pages, their words and their look.
//
// A page is a struct (pages_<district>.go) and a template
// (pages/<district>/<page>.html). The struct holds plain display data, strings
// and times, never a type of the commons; a handler fills it and the Engine
// writes it in the language of the person who reads. Every word a person sees
// comes from locales/, so a page is readable in each language or it does not
// start: Open checks that each page has its template, each template its parts
// and each sentence its translation.
//
// Fault sentences are in locales/faults.<language>.json under the keys that
// the verbs use; the sentences other nodes read are in wire.<language>.json.
//
// It imports no package of this module. Start reading in engine.go, then
// pages_sharing.go beside pages/sharing/offer.html.
package web
