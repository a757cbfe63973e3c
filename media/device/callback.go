package device

import "voxgate/media"

// duplex and speaker are the device's callbacks, with and without a microphone. They run on the device's thread and
// take as long as a copy.
func (l *Line) duplex(in, out []int16) {
	l.capture(in)
	l.render(out)
}

func (l *Line) speaker(out []int16) {
	clear(out)
	l.capture(out)
	l.render(out)
}

// capture gathers what the microphone heard.
func (l *Line) capture(in []int16) {
	l.heardIn = l.fromDevice.Process(l.heardIn, in)
}

// render fills out with what is being played. A tick, that is a frame each way, happens whenever 20 ms are used up.
func (l *Line) render(out []int16) {
	for len(l.toPlay) < len(out) {
		sent, starved := l.nextSent()
		l.converted = l.toDevice.Process(l.converted[:0], sent.PCM())
		l.toPlay = append(l.toPlay, l.converted...)
		if starved {
			l.starved.Add(1)
		}
		l.tick(&sent)
	}
	copy(out, l.toPlay)
	l.toPlay = l.toPlay[:copy(l.toPlay, l.toPlay[len(out):])]
}

// nextSent is the next frame of the utterance, or silence; starved where there should have been one.
func (l *Line) nextSent() (f media.Frame, starved bool) {
	if l.player.Next(&f) {
		return f, false
	}
	return media.Frame{Rate: l.rate}, l.player.Starving()
}

// tick hands the microphone's 20 ms on, silence where the device gave less.
func (l *Line) tick(sent *media.Frame) {
	l.ticks.Add(1)
	received := media.Frame{Rate: l.rate}
	n := copy(received.PCM(), l.heardIn)
	l.heardIn = l.heardIn[:copy(l.heardIn, l.heardIn[n:])]
	if l.tap != nil {
		l.tap.Tick(&received, sent)
	}
	for {
		select {
		case l.microphone <- received:
			return
		default:
		}
		select {
		case <-l.microphone:
			l.lost.Add(1)
		default:
		}
	}
}
