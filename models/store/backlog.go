package store

// Backlog is how much waits in the store's own queues.
type Backlog struct {
	Events     int64 // recorded and not yet translated
	Jobs       int64 // to be done now or later
	JobsParked int64 // given up
}

// Backlog counts what waits.
func (v *View) Backlog() (b Backlog, err error) {
	if err := v.db.Model(&Event{}).Where("published_at IS NULL").Count(&b.Events).Error; err != nil {
		return b, err
	}
	if err := v.db.Model(&Job{}).Where("NOT parked").Count(&b.Jobs).Error; err != nil {
		return b, err
	}
	return b, v.db.Model(&Job{}).Where("parked").Count(&b.JobsParked).Error
}
