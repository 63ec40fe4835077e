package federation

import (
	"net/http"

	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

// nodeInfoSchema is the prefix of the versions of NodeInfo.
const nodeInfoSchema = "http://nodeinfo.diaspora.software/ns/schema/"

// nodeInfo is a document about this server. Numbers of people and things are not in it (DESIGN 8), and none are invented (FEP-0151).
type nodeInfo struct {
	Version   string   `json:"version"`
	Software  software `json:"software"`
	Protocols []string `json:"protocols"`
	Services  struct {
		Inbound  []string `json:"inbound"`
		Outbound []string `json:"outbound"`
	} `json:"services"`
	OpenRegistrations bool `json:"openRegistrations"`
	Usage             struct {
		Users struct{} `json:"users"`
	} `json:"usage"`
	Metadata map[string]any `json:"metadata"`
}

type software struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Repository string `json:"repository,omitempty"` // from 2.1 on
}

// nodeInfoLinks lead to the versions, and to the actor that acts for the server (FEP-2677).
func (f *Federation) nodeInfoLinks(*http.Request) (answer, error) {
	return plain("application/json", jrd{Links: []jrdLink{
		{Rel: nodeInfoSchema + "2.1", Href: f.Base.Page("/nodeinfo/2.1")},
		{Rel: nodeInfoSchema + "2.0", Href: f.Base.Page("/nodeinfo/2.0")},
		{Rel: "https://www.w3.org/ns/activitystreams#Application", Href: f.Base.Node()},
	}})
}

func (f *Federation) nodeInfo(version string) func(*http.Request) (answer, error) {
	return func(r *http.Request) (answer, error) {
		var c people.Collective
		err := f.view(r.Context(), func(v *store.View) (err error) {
			c, err = people.FindCollective(v)
			return err
		})
		if err != nil {
			return answer{}, err
		}
		info := nodeInfo{
			Version: version, Software: software{Name: "manypots", Version: f.Version}, Protocols: []string{"activitypub"}, OpenRegistrations: c.Open,
			Metadata: map[string]any{
				"nodeName": c.Name, "nodeDescription": f.ours(c).say("wire.collective.summary", "Area", c.Area),
				"federation":      map[string]any{"enabled": true},
				"pots:collective": f.Base.Collective(), "pots:languages": []string{c.Language},
			},
		}
		if c.OnlyNeighbours {
			delete(info.Metadata, "nodeDescription")
			delete(info.Metadata, "pots:languages")
		}
		info.Services.Inbound, info.Services.Outbound = []string{}, []string{}
		if version != "2.0" {
			info.Software.Repository = "https://codeberg.org/manypots/manypots"
		}
		return plain(`application/json; profile="`+nodeInfoSchema+version+`#"`, info)
	}
}
