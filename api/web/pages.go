package web

// pages is the registry: one zero value of each page struct. A page that is
// missing here cannot be rendered, and a file that belongs to none of these
// fails Open.
func pages() []Page {
	return []Page{
		// home: the first view, with or without an account
		WelcomePage{}, TodayPage{}, ErrorPage{},
		// people: coming in, staying, leaving
		SetupPage{}, JoinPage{}, SignInPage{}, RecoverPage{}, RecoveryWordsPage{},
		UsPage{}, SettingsPage{}, InvitesPage{}, StewardsPage{},
		// sharing: the free store
		ThingsPage{}, GivePage{}, OfferPage{}, ChoosePage{}, DrawPage{}, ClaimPage{}, ClaimsPage{},
		// neighbours, and the node itself
		NeighboursPage{}, NeighbourPage{}, ShutOutPage{}, QueuePage{}, KeepingPage{},
	}
}
