package reply

// Known is what the knowledge base says, word for word; source names the entry or the property that it was read from.
func Known(source, text string) Facts { return of(source, map[string]string{"known": text}) }
