package nlu

// Window is a span of the day in minutes from midnight; To is 24*60 for an open end. The zero value is no time.
type Window struct{ From, To int }
