package store

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// word is one folded word of one searchable thing. The table is the whole search: the same SQL on both databases.
type word struct {
	Word    string
	Kind    string
	Subject string
}

const (
	wordsKept  = 200 // per thing; more would only help whoever stuffs a text
	wordLength = 40  // in runes
	wordCommon = 1000
)

// Index replaces the searchable words of a thing.
func (tx *Tx) Index(kind, subject string, texts ...string) error {
	if err := tx.Unindex(kind, subject); err != nil {
		return err
	}
	var rows []word
	for _, w := range Fold(strings.Join(texts, " ")) {
		rows = append(rows, word{w, kind, subject})
	}
	if len(rows) > wordsKept {
		rows = rows[:wordsKept]
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.db.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}

// Unindex forgets the words of a thing.
func (tx *Tx) Unindex(kind, subject string) error {
	return tx.db.Where("kind = ? AND subject = ?", kind, subject).Delete(&word{}).Error
}

// Matching narrows a query to things whose words begin with each word of the search. column holds the thing's id. What few things
// have leads to them; what many have is looked for in each thing, since a page of those is soon full.
func (v *View) Matching(query *gorm.DB, column, kind, search string) *gorm.DB {
	folded := Fold(search)
	for _, w := range folded[:min(len(folded), 8)] {
		found := func() *gorm.DB {
			return v.db.Model(&word{}).Where("kind = ? AND word >= ? AND word < ?", kind, w, w+"\U0010ffff")
		}
		common, err := Exists(found().Offset(wordCommon))
		switch {
		case err != nil:
			_ = query.AddError(err)
		case common:
			query = query.Where("EXISTS (?)", found().Select("1").Where("subject = "+column))
		default:
			query = query.Where(column+" IN (?)", found().Select("subject"))
		}
	}
	return query
}

// Fold gives the distinct words of a text as search compares them: NFKD without marks, lower case, the Arabic forms of one
// letter made one. Writing Sage, sagé or SAGE finds the same thing, and so do أحمد and احمد.
func Fold(text string) []string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, r) || r == 'ـ': // marks, and the tatweel that only stretches
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(foldArabic(unicode.ToLower(r)))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(strings.ReplaceAll(b.String(), "ß", "ss"))
	for i, w := range words {
		if runes := []rune(w); len(runes) > wordLength {
			words[i] = string(runes[:wordLength])
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func foldArabic(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ئ', 'ی':
		return 'ي'
	case 'ؤ':
		return 'و'
	case 'ة':
		return 'ه'
	case 'ک':
		return 'ك'
	}
	return r
}
