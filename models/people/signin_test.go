package people_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"codeberg.org/manypots/manypots/models/fault"
	"codeberg.org/manypots/manypots/models/people"
	"codeberg.org/manypots/manypots/models/store"
)

const (
	passphrase = "bread rises slowly"
	another    = "the oven is warm now"
)

// quick is a hasher that does real argon2id, cheaply.
func quick() *people.Hasher { return people.NewHasher(people.Cost{Memory: 64, Passes: 1}) }

func (n *node) hash(p string) people.Hash {
	n.Helper()
	h, err := quick().Hash(context.Background(), p)
	if err != nil {
		n.Fatal(err)
	}
	return h
}

// joinWith joins with a passphrase that opens.
func (n *node) joinWith(sage people.Member, nickname, passphrase string) (m people.Member, words people.Words) {
	n.Helper()
	hash := n.hash(passphrase)
	code := n.invite(sage, people.NewInvite{Kind: people.ForMember, Uses: 1, Days: 7})
	n.do(func(tx *store.Tx) (err error) {
		m, words, err = people.Redeem(tx, code, people.NewMember{Nickname: nickname, Passphrase: hash})
		return err
	})
	return m, words
}

func (n *node) knock(nickname, passphrase string) (door people.Door, err error) {
	err = n.try(func(tx *store.Tx) (err error) {
		door, err = people.Knock(tx, nickname)
		return err
	})
	if err != nil {
		return door, err
	}
	return quick().Try(context.Background(), door, passphrase)
}

func (n *node) signIn(nickname, passphrase string) (token people.Secret, err error) {
	door, err := n.knock(nickname, passphrase)
	if err != nil {
		return "", err
	}
	err = n.try(func(tx *store.Tx) (err error) {
		_, token, err = people.Enter(tx, n.now, door, "kitchen tablet")
		return err
	})
	return token, err
}

// who is behind a cookie; nobody is "".
func (n *node) who(token people.Secret) (nickname string) {
	n.Helper()
	n.look(func(v *store.View) error {
		_, m, err := people.FindSession(v, n.now, token)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		nickname = m.Nickname
		return err
	})
	return nickname
}

func TestSignIn_needsTheNicknameAndThePassphrase(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.joinWith(sage, "Maya", passphrase)
		token, err := n.signIn("maya", passphrase)
		if err != nil {
			n.Fatal(err)
		}
		if got := n.who(token); got != "Maya" {
			n.Errorf("the cookie is %q's", got)
		}
		for _, wrong := range [][2]string{{"Maya", another}, {"Nobody", passphrase}, {"", passphrase}, {"Maya", ""}, {"Maya", strings.Repeat("x", 1<<20)}} {
			_, err := n.signIn(wrong[0], wrong[1])
			n.refusedField(err, "passphrase", "sign_in.wrong")
		}
		if n.who("") != "" || n.who("made up") != "" {
			n.Error("a made-up cookie is somebody's")
		}
	})
}

func TestEnter_refusesADoorThatNobodyOpened(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.joinWith(sage, "Maya", passphrase)
		err := n.try(func(tx *store.Tx) error {
			door, err := people.Knock(tx, "Maya")
			if err != nil {
				return err
			}
			_, _, err = people.Enter(tx, n.now, door, "")
			return err
		})
		n.refusedField(err, "passphrase", "sign_in.wrong")
		err = n.try(func(tx *store.Tx) error {
			_, _, err := people.Enter(tx, n.now, people.Door{}, "")
			return err
		})
		n.refusedField(err, "passphrase", "sign_in.wrong")
	})
}

func TestKnock_waitsLongerWithEachTryAndNeverLocks(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.joinWith(sage, "Maya", passphrase)
		for _, name := range []string{"Maya", "Nobody At All"} { // whoever knocks learns nothing about who lives here
			for range 5 {
				_, err := n.signIn(name, another)
				n.refusedField(err, "passphrase", "sign_in.wrong")
			}
			_, err := n.signIn(name, passphrase)
			n.refused(err, fault.Busy, "sign_in.wait")
			wait := 2 * time.Second
			for range 12 {
				n.later(wait)
				_, err := n.signIn(name, another)
				n.refusedField(err, "passphrase", "sign_in.wrong")
				wait = min(2*wait, 5*time.Minute)
			}
		}
		n.later(5 * time.Minute)
		if _, err := n.signIn("Maya", passphrase); err != nil {
			n.Errorf("she is locked out: %v", err)
		}
		if _, err := n.signIn("Maya", another); !fault.Is(err, fault.Invalid) {
			n.Errorf("the tries were not forgotten: %v", err)
		}
	})
}

func TestKnock_countsTriesThatComeAtOnce(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.joinWith(sage, "Maya", passphrase)
		var wait sync.WaitGroup
		var mu sync.Mutex
		doors := 0
		for range 40 {
			wait.Go(func() {
				err := n.try(func(tx *store.Tx) error {
					_, err := people.Knock(tx, "Maya")
					return err
				})
				if err == nil {
					mu.Lock()
					doors++
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if doors != 5 {
			n.Errorf("%d tries at once", doors)
		}
	})
}

func TestPassphrase_isChangedByWhoKnowsTheOldOne(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya, _ := n.joinWith(sage, "Maya", passphrase)
		n.joinWith(sage, "Noor", another)
		here, _ := n.signIn("Maya", passphrase)
		elsewhere, _ := n.signIn("Maya", passphrase)
		hash := n.hash("a wholly new one")
		change := func(proof people.Door) error {
			return n.try(func(tx *store.Tx) error {
				s, _, err := people.FindSession(tx.View, n.now, here)
				if err != nil {
					return err
				}
				return people.ChangePassphrase(tx, maya, proof, hash, s.ID)
			})
		}
		noors, err := n.knock("Noor", another)
		if err != nil {
			n.Fatal(err)
		}
		n.refusedField(change(noors), "passphrase", "sign_in.wrong")
		proof, err := n.knock("Maya", passphrase)
		if err != nil {
			n.Fatal(err)
		}
		if err := change(proof); err != nil {
			n.Fatal(err)
		}
		if n.who(here) != "Maya" || n.who(elsewhere) != "" {
			n.Error("the other devices are still signed in")
		}
		n.refusedField(change(proof), "passphrase", "sign_in.wrong") // the old proof is worth nothing now
		if _, err := n.signIn("Maya", "a wholly new one"); err != nil {
			n.Error(err)
		}
	})
}

func TestHasher_letsAFewHashAndAsksACrowdToComeAgain(t *testing.T) {
	h := people.NewHasher(people.Cost{Memory: 4096, Passes: 3, Places: 1})
	const crowd = 200
	results := make([]error, crowd)
	var wait sync.WaitGroup
	for i := range crowd {
		wait.Go(func() { _, results[i] = h.Hash(context.Background(), passphrase) })
	}
	wait.Wait()
	done := 0
	for _, err := range results {
		if err == nil {
			done++
		} else if !fault.Is(err, fault.Busy) {
			t.Error(err)
		}
	}
	if done == 0 || done == crowd {
		t.Errorf("%d of %d were hashed", done, crowd)
	}
	if _, err := h.Hash(context.Background(), passphrase); err != nil {
		t.Errorf("after the crowd: %v", err)
	}
}

func TestHasher_givesUpWithWhoeverWaits(t *testing.T) {
	h := people.NewHasher(people.Cost{Memory: 64, Passes: 1, Places: 1})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	seen := false
	for range 200 { // a free place and a cancelled context are both ready: sooner or later the second is taken
		_, err := h.Hash(ctx, passphrase)
		seen = seen || fault.Is(err, fault.Busy)
	}
	if !seen {
		t.Error("hashes for somebody who has gone")
	}
}

func TestHasher_sizesItsWork(t *testing.T) {
	h := people.NewHasher(people.Cost{})
	hash, err := h.Hash(context.Background(), passphrase)
	if err != nil {
		t.Fatal(err)
	}
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(string(hash), want) {
		t.Errorf("got %s, want %s…", hash, want)
	}
	n := &node{T: t}
	_, err = h.Hash(context.Background(), "eleven char")
	n.refusedField(err, "passphrase", "passphrase.short")
	_, err = h.Hash(context.Background(), strings.Repeat("é", 513))
	n.refusedField(err, "passphrase", "passphrase.long")
}

func TestPassphrase_isTheSameOnEveryKeyboard(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		n.joinWith(sage, "Maya", "cafe\u0301 au lait, please")
		if _, err := n.signIn("Maya", "caf\u00e9 au lait, please"); err != nil {
			n.Error(err)
		}
	})
}

func TestPassphrase_isNotAmongTheFirstThatAnybodyWouldTry(t *testing.T) {
	h := people.NewHasher(people.Cost{Memory: 8, Passes: 1})
	n := &node{T: t}
	for _, first := range []string{
		"password1234", "Passwort 2026!", "PASSWORD-PASSWORD", "p a s s w o r d 1 2 3", "123456789012", "123 123 123 123", "aaaaaaaaaaaa", "abcabcabcabc",
		"qwertyuiop12", "I love you so much", "Correct Horse Battery Staple", "Contraseña2026", "mot de passe 1", "بسم الله الرحمن الرحيم", "السلام عليكم 123", "............", ". . . . . . . ", "a!a.a-a_a,a;a", "manypots2026",
	} {
		_, err := h.Hash(t.Context(), first)
		n.refusedField(err, "passphrase", "passphrase.common")
	}
	for _, good := range []string{"many pots on many stoves", "the kettle is on", "a kettle and four cups", "7291 0384 5562 11", "قدر على نار هادئة", "password for the blue shed", "%$(x7&!#=?+*~", "🌧🫖🪴🚲🧵🪑🕯🧶🥣🪟🧺🪣"} {
		if _, err := h.Hash(t.Context(), good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}

// The cost of a hash grows with the machines. Who signs in gets a new one without noticing; a wrong passphrase changes nothing.
func TestSignIn_renewsAHashOfAnotherCost(t *testing.T) {
	alder(t, func(n *node, sage people.Member) {
		maya := n.join(sage, "Maya")
		cheap, dear := people.NewHasher(people.Cost{Memory: 8, Passes: 1}), people.NewHasher(people.Cost{Memory: 16, Passes: 1})
		hash, err := cheap.Hash(t.Context(), passphrase)
		if err != nil {
			t.Fatal(err)
		}
		n.do(func(tx *store.Tx) error {
			return tx.DB().Model(&people.Credential{}).Where("member = ?", maya.ID).Update("passphrase", hash).Error
		})
		kept := func() (hash string) {
			n.look(func(v *store.View) error {
				return v.DB().Model(&people.Credential{}).Where("member = ?", maya.ID).Pluck("passphrase", &hash).Error
			})
			return hash
		}
		signIn := func(passphrase string) error {
			var door people.Door
			n.do(func(tx *store.Tx) (err error) {
				door, err = people.Knock(tx, "Maya")
				return err
			})
			door, err := dear.Try(t.Context(), door, passphrase)
			if err != nil {
				return err
			}
			return n.try(func(tx *store.Tx) error {
				_, _, err := people.Enter(tx, n.now, door, "")
				return err
			})
		}
		if err := signIn("not hers at all"); err == nil || kept() != string(hash) {
			t.Errorf("a wrong passphrase: %v, %s", err, kept())
		}
		for range 2 {
			before := kept()
			if err := signIn(passphrase); err != nil {
				t.Fatal(err)
			}
			if after := kept(); !strings.HasPrefix(after, "$argon2id$v=19$m=16,t=1,p=1$") || before != string(hash) && after != before {
				t.Errorf("%s became %s", before, after)
			}
		}
	})
}

func BenchmarkHasher(b *testing.B) {
	h := people.NewHasher(people.Cost{})
	for b.Loop() {
		if _, err := h.Hash(context.Background(), passphrase); err != nil {
			b.Fatal(err)
		}
	}
}
