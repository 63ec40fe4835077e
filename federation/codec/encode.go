package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// The @context of all our documents (protocol.md 2.2), inline, so that nobody has to fetch anything.
const sharedContext = `["https://www.w3.org/ns/activitystreams",{` + terms + `}]`

// The @context of our actors, which name keys and what only actors have.
const actorContext = `["https://www.w3.org/ns/activitystreams","https://w3id.org/security/v1",{
"toot":"http://joinmastodon.org/ns#","schema":"http://schema.org#",
"featured":{"@id":"toot:featured","@type":"@id"},"discoverable":"toot:discoverable","indexable":"toot:indexable",
"manuallyApprovesFollowers":"as:manuallyApprovesFollowers","PropertyValue":"schema:PropertyValue","value":"schema:value",
"sec":"https://w3id.org/security#","assertionMethod":{"@id":"sec:assertionMethod","@type":"@id","@container":"@set"},
"Multikey":"sec:Multikey","controller":{"@id":"sec:controller","@type":"@id"},
"publicKeyMultibase":{"@id":"sec:publicKeyMultibase","@type":"sec:multibase"},
"implements":{"@id":"https://w3id.org/fep/844e/implements","@type":"@id"},
"webfinger":"https://purl.archive.org/socialweb/webfinger#webfinger",` + terms + `}]`

const terms = `
"vf":"https://w3id.org/valueflows/ont/vf#","om2":"http://www.ontology-of-units-of-measure.org/resource/om-2/","pots":"https://w3id.org/manypots/ns#",
"sensitive":"as:sensitive","Hashtag":"as:Hashtag",
"Proposal":"vf:Proposal","Intent":"vf:Intent","Agreement":"vf:Agreement","Commitment":"vf:Commitment",
"purpose":"vf:purpose","unitBased":"vf:unitBased",
"publishes":{"@id":"vf:publishes","@type":"@id"},"reciprocal":{"@id":"vf:reciprocal","@type":"@id"},
"stipulates":{"@id":"vf:stipulates","@type":"@id"},"stipulatesReciprocal":{"@id":"vf:stipulatesReciprocal","@type":"@id"},
"satisfies":{"@id":"vf:satisfies","@type":"@id"},"fulfills":{"@id":"vf:fulfills","@type":"@id"},
"provider":{"@id":"vf:provider","@type":"@id"},"receiver":{"@id":"vf:receiver","@type":"@id"},
"action":{"@id":"vf:action","@type":"@vocab"},
"transfer":"vf:transfer","transferCustody":"vf:transferCustody","deliverService":"vf:deliverService","use":"vf:use",
"resourceConformsTo":{"@id":"vf:resourceConformsTo","@type":"@id"},"resourceInventoriedAs":{"@id":"vf:resourceInventoriedAs","@type":"@id"},
"resourceQuantity":{"@id":"vf:resourceQuantity","@type":"@id"},"availableQuantity":{"@id":"vf:availableQuantity","@type":"@id"},
"minimumQuantity":{"@id":"vf:minimumQuantity","@type":"@id"},"effortQuantity":{"@id":"vf:effortQuantity","@type":"@id"},
"hasUnit":{"@id":"om2:hasUnit","@type":"@vocab"},"one":"om2:one","hour":"om2:hour","hasNumericalValue":"om2:hasNumericalValue",
"hasBeginning":{"@id":"vf:hasBeginning","@type":"xsd:dateTime"},"hasEnd":{"@id":"vf:hasEnd","@type":"xsd:dateTime"},
"due":{"@id":"vf:due","@type":"xsd:dateTime"},"hasPointInTime":{"@id":"vf:hasPointInTime","@type":"xsd:dateTime"}`

// Encode writes a document of ours: with our @context, with arrays where strict readers want them even for one element
// (Lemmy, Mobilizon), without bto and bcc anywhere (AP 6), and with sorted keys, so that equal documents are equal bytes.
// Language maps stay as they are. The document given is not changed.
func Encode(doc map[string]any) ([]byte, error) {
	if Type(doc) == "" {
		return nil, errors.New("encode a document without exactly one type")
	}
	out := tidyObject(doc)
	out["@context"] = json.RawMessage(sharedContext)
	if out["publicKey"] != nil || Object(out["object"])["publicKey"] != nil { // an actor, or the Update of one
		out["@context"] = json.RawMessage(actorContext)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return nil, fmt.Errorf("encode a document: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func tidyObject(doc map[string]any) map[string]any {
	out := make(map[string]any, len(doc)+1)
	for key, v := range doc {
		switch key {
		case "@context", "bto", "bcc":
			continue
		case "to", "cc", "tag", "attachment":
			if v = array(v); v == nil {
				continue
			}
		}
		out[key] = tidy(v)
	}
	return out
}

func tidy(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return tidyObject(v)
	case []map[string]any:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = tidyObject(item)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, item := range v {
			all[i] = tidy(item)
		}
		return all
	}
	return v
}

// array keeps what is an array and wraps what is not; nil stays nil.
func array(v any) any {
	switch v.(type) {
	case nil, []any, []string, []map[string]any:
		return v
	}
	return []any{v}
}
