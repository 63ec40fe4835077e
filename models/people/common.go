package people

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// common reports a passphrase that is among the first that anybody would try: one of the words below, said once or over and over, with
// or without figures around it, however it is spaced and capitalised; or a few characters that repeat.
func common(passphrase string) bool {
	said, drawn := folded(passphrase), strings.Join(strings.Fields(passphrase), "")
	listed := func(s string) bool { return slices.Contains(strings.Fields(firstTried), repeated(s)) }
	return fewAgain(said) || fewAgain(drawn) || listed(said) || listed(strings.TrimFunc(said, unicode.IsDigit))
}

// fewAgain reports four characters or fewer that come more than once. Signs that are said once are as good as letters.
func fewAgain(s string) bool {
	few := repeated(s)
	return few != s && utf8.RuneCountInString(few) <= 4
}

// folded is what is left of a passphrase without case, spaces, signs and marks.
func folded(passphrase string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFKD.String(passphrase))
}

// repeated is the part that a text says over and over, and the text itself when it says it once.
func repeated(s string) string {
	for n := 1; n <= len(s)/2; n++ {
		if len(s)%n == 0 && strings.Repeat(s[:n], len(s)/n) == s {
			return s[:n]
		}
	}
	return s
}

// firstTried was written for Manypots: what heads the lists of passwords that were found in the open, sentences that many know by
// heart, in the languages of the pages and their neighbours, and how such systems are called. Folded, longer than four letters. It keeps
// the first guesses away; what makes a good passphrase is said on the form.
const firstTried = `
abcdef abcdefg abcdefgh abcdefghi abcdefghij abcdefghijk abcdefghijkl abcdefghijklm abcdefghijklmnop abcdefghijklmnopqrstuvwxyz
qwerty qwertz azerty qwertyuiop qwertzuiop azertyuiop qwertyqwertz asdfgh asdfghjkl asdfghjk zxcvbn zxcvbnm yxcvbnm qazwsx qazwsxedc qwertyasdfgh
qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm 1q2w3e4r5t6y 1q2w3e4r5t 1qaz2wsx3edc 1qaz2wsx3edc4rfv q1w2e3r4t5y6 a1b2c3d4e5f6 1a2b3c4d5e6f
12345 123456 1234567 12345678 123456789 1234567890 12345678901 123456789012 1234567890123 12345678901234 123456789012345 1234567890123456
012345678901 0123456789 01234567890 0987654321 987654321 9876543210 987654321098 098765432109 112233445566 111222333444 123123123123 123456654321
123456123456 123456abcdef abc123456789 123456789abc 123qweasdzxc 123qwe123qwe qwe123qwe123 159753 147258369 147258369147 789456123 741852963
password passwd passw0rd p4ssword p4ssw0rd pa55word pa55w0rd passwords mypassword mypassphrase passphrase newpassword thepassword password1password
passwordone yourpassword secretpassword changeme changemenow changeit letmein letmeinnow letmeinplease opensesame openup welcome welcomehome welcomeback
default defaultpassword secret secrets topsecret verysecret mysecret nothing nopassword notapassword idontknow whatever forgotten iforgot iforgotit
admin administrator adminadmin root rootroot toor superuser sysadmin system guest test tester testing testtest testpassword user username login
computer internet online windows iphone samsung google facebook instagram twitter mastodon fediverse activitypub manypots manypot smallpots collective neighbourhood
neighborhood neighbours neighbors commune solidarity mutualaid freestore
iloveyou iloveyouso iloveyousomuch iloveu loveyou lovely loveme mylove trueloves truelove princess prince angel babygirl babyboy sunshine sweetheart darling honey
football footballer baseball basketball soccer hockey liverpool chelsea arsenal barcelona realmadrid juventus bayern dortmund manchester manchesterunited
monkey dragon shadow master superman batman spiderman starwars pokemon harrypotter hogwarts letthemeatcake naruto minecraft fortnite
michael michelle jessica jennifer ashley charlie daniel jordan thomas andrew nicole hannah amanda matthew joshua anthony robert william
summer winter spring autumn january february august september october november december monday tuesday friday saturday sunday happybirthday merrychristmas happynewyear
trustno1 trustnoone whoami blink182 maythe4thbewithyou maytheforcebewithyou toinfinityandbeyond tobeornottobe winteriscoming hellothere helloworld hello goodmorning goodbye
correcthorsebatterystaple thequickbrownfox thequickbrownfoxjumpsoverthelazydog onceuponatime iamwhatiam inthebeginning jesuschrist jesuslovesme ilovejesus ilovegod godisgood godislove blessed
blackcat fluffy buster cookie chocolate cheese banana orange pepper flower butterfly rainbow unicorn freedom forever diamond silver golden
contrasena micontrasena lacontrasena clave miclave tequiero tequieromucho teamo teamomucho mivida hola holamundo bienvenido
motdepasse monmotdepasse jetaime jetaimemonamour monamour soleil bonjour bonjourlemonde bienvenue doudou azertyazerty
passwort meinpasswort kennwort ichliebedich schatz hallo hallowelt hallohallo willkommen geheim sommer schalke
parola parolachiave tiamo ciaociao senha minhasenha euteamo wachtwoord haslo sifre parolam
كلمهالسر كلمةالسر كلمةالمرور كلمهالمرور كلمةسر الرقمالسري احبك بحبك حبيبي حبيبتي مرحبا مرحبابكم السلامعليكم بسماللهالرحمنالرحيم بسمالله لاالهالاالله اللهاكبر الحمدلله سبحانالله ياالله
`
