package main

type configCommand struct{}

// Run prints every option as a commented environment file.
func (configCommand) Run(s *surroundings) error { return printConfig(s.out) }
