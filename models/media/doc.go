// Package media turns a photo that somebody sends into two pictures that are safe to keep and to show.
//
// What comes in is foreign bytes: perhaps a photo that says where a person lives, perhaps not a photo at all. What goes out are
// two fresh JPEGs, upright, at most 1600 and 320 pixels, in which only the picture itself is left (product A1, F11; security A8).
//
// The package stands beside people. It may import store and fault, and nothing else of ours. Start reading at Darkroom.
package media
