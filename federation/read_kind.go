package federation

import (
	"encoding/json"
	"slices"
	"strings"

	"codeberg.org/manypots/manypots/federation/codec"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/sharing"
)

// proposalIn finds what a document offers or asks for, in FEP-0837's words. flohmarkt has its own (protocol 1.3).
func proposalIn(doc map[string]any) (map[string]any, bool) {
	if goods := codec.Object(doc["flohmarkt:data"]); goods != nil {
		return fromFleaMarket(goods), true
	}
	return codec.Proposal(doc)
}

// fromFleaMarket says the same of flohmarkt's goods. Where exactly they are is left out, and how much they cost.
func fromFleaMarket(goods map[string]any) map[string]any {
	proposal := map[string]any{
		"purpose":   "offer",
		"publishes": map[string]any{"action": "transfer", "name": goods["name"], "content": goods["description"]},
	}
	if !costsNothing(goods["price"]) {
		proposal["reciprocal"] = map[string]any{"action": "transfer"}
	}
	return proposal
}

// costsNothing reports that there is no price, or 0 in some spelling. What cannot be read is a price.
func costsNothing(price any) bool {
	switch price := price.(type) {
	case nil:
		return true
	case string:
		return strings.Trim(price, "0., ") == ""
	case json.Number:
		return strings.Trim(price.String(), "0.") == ""
	}
	return false
}

// kindOf tells what a proposal is (protocol 1.4). What cannot be read is never taken for a gift.
func kindOf(proposal map[string]any, home string) (sharing.Kind, error) {
	intent, wanted := codec.Intents(proposal)
	action, purpose := codec.Action(codec.Get(intent, "action")), purposeOf(proposal, intent, home)
	service, borrowed := action == "deliverService" || action == "work", action == "transferCustody" || action == "use"
	switch {
	case purpose != "offer" && purpose != "request", action != "transfer" && !service && !borrowed:
		return "", fault.New(fault.Invalid, "listing.kind")
	case purpose == "request" && service:
		return sharing.HelpWanted, nil
	case purpose == "request":
		return sharing.LookedFor, nil
	case slices.ContainsFunc(wanted, notOnlyBack):
		return sharing.Priced, nil
	case service:
		return sharing.HelpOffered, nil
	case borrowed || len(wanted) > 0:
		return sharing.Loan, nil
	}
	return sharing.Gift, nil
}

// purposeOf: older texts of FEP-0837 know no purpose; there it follows from who provides and who gets (protocol 1.2).
func purposeOf(proposal, intent map[string]any, home string) string {
	purpose := codec.Name(codec.ID(codec.Get(proposal, "purpose")))
	switch {
	case codec.Get(proposal, "purpose") != nil:
		return purpose
	case canonicalID(codec.Get(intent, "receiver")) == home && canonicalID(codec.Get(intent, "provider")) != home:
		return "request"
	}
	return "offer"
}

// notOnlyBack reports that something else is wanted than the thing itself, back.
func notOnlyBack(wanted any) bool {
	return codec.Action(codec.Get(codec.Object(wanted), "action")) != "transferCustody"
}
