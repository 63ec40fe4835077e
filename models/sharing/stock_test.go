package sharing_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"gorm.io/gorm"

	"codeberg.org/manypots/manypots/models/agreeing"
	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/sharing"
	"codeberg.org/manypots/manypots/models/store"
)

// Sixty-four people at once draw, choose, let go, hand over and look. What each did is written down and held against a counter that
// never goes beyond what there is: there must be an order of all that happened in which everybody saw the truth.
const (
	people64  = 64
	actsEach  = 3
	thingsAt  = 4 // at a time, so that a history has 48 acts
	histories = 24
)

// stock is the counter: how much of a thing is promised or handed over.
func stock(quantity int) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return 0 },
		Step: func(state, _, output any) (bool, any) {
			taken, saw := state.(int), output.(did)
			if saw.looked {
				return saw.taken == taken, taken
			}
			taken += saw.taken
			return 0 <= taken && taken <= quantity, taken
		},
		DescribeOperation: func(input, output any) string { return fmt.Sprint(input, output) },
	}
}

// did is what an act came to: what it took, less what it gave back; or what somebody saw to be taken.
type did struct {
	looked bool
	taken  int
}

func TestStock_isNeverPromisedBeyondWhatThereIs(t *testing.T) {
	tell(t, func(st *story) {
		st.watchClaims()
		for begun := 0; begun < histories; begun += thingsAt {
			things := make([]*thing, thingsAt)
			for i := range things {
				things[i] = st.offersForMany(begun + i)
			}
			st.now = st.offer(things[0].id).Freeze()
			start := time.Now()
			var everybody sync.WaitGroup
			for who := range people64 {
				everybody.Go(func() {
					luck := rand.New(rand.NewPCG(uint64(begun), uint64(who)))
					for turn := range actsEach {
						things[(who+turn)%thingsAt].act(st, luck, who, start)
					}
				})
			}
			everybody.Wait()
			changed := 0
			for _, th := range things {
				th.look(st, people64, start)
				for _, act := range th.history {
					if saw := act.Output.(did); !saw.looked && saw.taken != 0 {
						changed++
					}
				}
				result := porcupine.CheckOperationsTimeout(stock(th.quantity), th.history, 10*time.Second)
				if result != porcupine.Ok {
					t.Errorf("%d of %s: %s\n%v", th.quantity, th.id, result, th.history)
				}
			}
			if changed < thingsAt {
				t.Errorf("only %d acts changed anything", changed)
			}
		}
	})
}

// thing is an offer with a history of its own.
type thing struct {
	id       sharing.OfferID
	quantity int
	mu       sync.Mutex
	history  []porcupine.Operation
}

func (st *story) offersForMany(n int) *thing {
	in := chair()
	in.Quantity = []int{1, 3, 1, 5}[n%4]
	in.MaxPerClaim = min(in.Quantity, 2)
	in.Choice = []sharing.Choice{sharing.ByDraw, sharing.ByGiver}[n/2%2]
	th := &thing{id: st.gives(in), quantity: in.Quantity}
	for i := range 12 {
		st.birchAsks(th.id, fmt.Sprintf("%s-%d", th.id, i), st.now, sharing.Wish{Quantity: 1 + i%in.MaxPerClaim})
	}
	return th
}

// act does one of what can be done with the thing. That it has moved on is an answer like another.
func (th *thing) act(st *story, luck *rand.Rand, who int, start time.Time) {
	promised, waits := th.pick(st, luck)
	var verb func(tx *store.Tx) error
	switch luck.IntN(12) {
	case 0, 1:
		th.look(st, who, start)
		return
	case 2, 3:
		verb = func(tx *store.Tx) error { return sharing.Advance(tx, th.id, closed) }
	case 4:
		verb = func(tx *store.Tx) error { return sharing.Choose(tx, st.ana, th.id, waits.ID) }
	case 5:
		verb = func(tx *store.Tx) error { return sharing.DrawNow(tx, st.ana, th.id) }
	case 6, 7, 8, 9:
		verb = func(tx *store.Tx) error { return sharing.HearWithdrawal(tx, birch, promised.Asked) }
	case 10:
		verb = func(tx *store.Tx) error { return sharing.HandOver(tx, st.ana, promised.ID) }
	default:
		verb = func(tx *store.Tx) error {
			if err := sharing.Release(tx, st.ana, promised.ID); err != nil {
				return err
			}
			return sharing.Resume(tx, st.ana, th.id)
		}
	}
	wrote := &writings{}
	ctx := context.WithValue(context.Background(), writings{}, wrote)
	call := time.Since(start)
	err := st.s.Update(ctx, st.now, func(tx *store.Tx) error {
		wrote.taken = 0 // PostgreSQL may have asked for it once more
		return verb(tx)
	})
	if err != nil {
		wrote.taken = 0
		if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.NotFound {
			st.Error(err)
		}
	}
	th.note(who, call, did{taken: wrote.taken}, time.Since(start))
}

// look counts what is taken, and holds what the offer says to be left against it.
func (th *thing) look(st *story, who int, start time.Time) {
	call, taken := time.Since(start), 0
	err := st.s.View(context.Background(), st.now, func(v *store.View) error {
		o, err := sharing.FindOffer(v, th.id)
		if err != nil {
			return err
		}
		held, err := sharing.PromisesOf(v, th.id)
		for _, c := range held {
			if c.State == agreeing.Promised || c.State == agreeing.Done {
				taken += c.Quantity
			}
		}
		if o.Left != th.quantity-taken {
			st.Errorf("%d of %d taken, and %d left", taken, th.quantity, o.Left)
		}
		return err
	})
	if err != nil {
		st.Error(err)
	}
	th.note(who, call, did{looked: true, taken: taken}, time.Since(start))
}

func (th *thing) note(who int, call time.Duration, saw did, back time.Duration) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.history = append(th.history, porcupine.Operation{ClientId: who, Call: int64(call), Output: saw, Return: int64(back)})
}

// pick finds a claim that was promised a moment ago and one that waited; by the time that something is done with them this may be over.
func (th *thing) pick(st *story, luck *rand.Rand) (promised, waits sharing.Claim) {
	var claims []sharing.Claim
	err := st.s.View(context.Background(), st.now, func(v *store.View) error {
		return v.DB().Where("offer = ?", th.id).Order("id").Find(&claims).Error
	})
	if err != nil {
		st.Error(err)
	}
	luck.Shuffle(len(claims), func(i, j int) { claims[i], claims[j] = claims[j], claims[i] })
	for _, c := range claims {
		if c.State == agreeing.Promised {
			promised = c
		} else {
			waits = c
		}
	}
	return promised, waits
}

// writings collects what one transaction writes of claims. It is told by the database's own callbacks, since asking before and after
// would see the work of others, or keep them waiting.
type writings struct{ taken int }

func (st *story) watchClaims() {
	st.do(func(tx *store.Tx) error {
		return tx.DB().Callback().Update().After("gorm:update").Register("stock", func(db *gorm.DB) {
			wrote, watched := db.Statement.Context.Value(writings{}).(*writings)
			c, claim := db.Statement.Dest.(*sharing.Claim)
			if !watched || !claim || db.Error != nil || db.RowsAffected == 0 {
				return
			}
			switch c.State {
			case agreeing.Promised:
				wrote.taken += c.Quantity
			case agreeing.Released, agreeing.Lapsed, agreeing.DidNotHappen, agreeing.Revoked:
				wrote.taken -= c.Quantity
			}
		})
	})
}
