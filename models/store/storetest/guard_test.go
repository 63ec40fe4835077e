package storetest

import (
	"testing"
)

// overheard collects what the guards say instead of failing the test.
type overheard struct {
	testing.TB
	said int
}

func (o *overheard) Errorf(string, ...any) { o.said++ }

func TestGuard_stopsCountingPeople(t *testing.T) {
	for statement, caught := range map[string]bool{
		`SELECT count(*) FROM offers WHERE giver = ?`:                        true,
		`SELECT giver, max(version) FROM offers GROUP BY giver`:              true,
		`SELECT host, count(*) AS waiting FROM deliveries GROUP BY host`:     false,
		`SELECT * FROM claims WHERE asker = ? ORDER BY id`:                   false,
		`SELECT * FROM "offers" WHERE "giver" = ? AND home = '' ORDER BY id`: false, // not while somebody asks
		"SELECT `nickname` FROM `members` WHERE sum(`given`) > 3":            true,
	} {
		o := &overheard{TB: t}
		guard(o)(statement)
		if (o.said > 0) != caught {
			t.Errorf("%q: caught is %v, want %v", statement, o.said > 0, caught)
		}
	}
}

func TestGuard_knowsAStatementThatPicksOffersByTheirGiver(t *testing.T) {
	for statement, picks := range map[string]bool{
		"SELECT * FROM `offers` WHERE giver = ? AND home = ''":         true,
		`SELECT * FROM "offers" WHERE "offers"."giver" IN (?)`:         true,
		`UPDATE "offers" SET "giver"=?,"left"=? WHERE version = ?`:     false,
		`SELECT * FROM "offers" WHERE id = ? AND home = '' FOR UPDATE`: false,
		`SELECT 1 FROM "aparts" WHERE agreement IN (?) AND giver = ?`:  false,
	} {
		if gifts.MatchString(statement) != picks {
			t.Errorf("%q: %v, want %v", statement, !picks, picks)
		}
	}
}

func TestGuard_knowsWhichVerbsDecideAboutAsking(t *testing.T) {
	const models = "codeberg.org/manypots/manypots/models/"
	for function, decides := range map[string]bool{
		models + "sharing.Ask": true, models + "sharing.AskAcross": true, models + "sharing.HearClaim": true,
		models + "sharing.Leave": false, models + "sharing.OffersBy": false, models + "sharing.AskingsBy": false,
	} {
		if askingVerbs.MatchString(function) != decides {
			t.Errorf("%s: %v, want %v", function, !decides, decides)
		}
	}
}
