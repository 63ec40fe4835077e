package api

import (
	_ "embed"
	"net/http"
)

// openAPI describes everything under /api/v1 (OpenAPI 3.1). It is written by hand; a test holds it against the route table, both
// ways.
//
//go:embed openapi.json
var openAPI []byte

func showOpenAPI(c *call) error {
	c.Response().Header().Set("Cache-Control", "public, max-age=3600")
	return c.Blob(http.StatusOK, "application/json", openAPI)
}
