package config

import "time"

// TTS is the voice: who speaks which language, and what all share.
type TTS struct {
	Program    string `yaml:"program"`    // espeak-ng: speaks, gives Piper voices their phonemes and stands in for other voices
	Voice      string `yaml:"voice"`      // its variant, e.g. "f2"; empty: the default voice
	CacheMB    int    `yaml:"cache_mb"`   // spoken prompts kept in memory
	Folder     string `yaml:"folder"`     // where fixed prompts are kept on disk; empty: in the user's cache folder; none: nowhere
	FolderMB   int    `yaml:"folder_mb"`  // at most so much of them
	Recordings string `yaml:"recordings"` // folder of recordings that take prompts' places; empty: none
	Chinese    Voice  `yaml:"zh"`
	English    Voice  `yaml:"en"`
}

// NoFolder is the folder of prompts that are not to be kept on disk.
const NoFolder = "none"

// Engines that speak.
const (
	EngineEspeak = "espeak"
	EngineVITS   = "vits"
)

// Voice is who speaks a language.
type Voice struct {
	Engine  string   `yaml:"engine"`  // espeak or vits
	Voice   string   `yaml:"voice"`   // vits: a voice of "voxgate models list", or a folder; espeak: a variant, empty: tts.voice
	Speaker string   `yaml:"speaker"` // vits: name or number of a speaker, where the voice has several
	Rate    float64  `yaml:"rate"`    // factor on the voice's speed
	First   Duration `yaml:"first"`   // how long it may take to its first sound, and hang later, before espeak-ng speaks instead
}

func defaultTTS() TTS {
	voice := Voice{Engine: EngineEspeak, Rate: 1, First: Duration(2 * time.Second)}
	return TTS{Program: "espeak-ng", CacheMB: 32, FolderMB: 256, Chinese: voice, English: voice}
}

func (c *Config) checkTTS(fault func(key, format string, args ...any)) {
	if c.TTS.Program == "" {
		fault("tts.program", "is empty; write espeak-ng or its path")
	}
	if c.TTS.CacheMB < 0 || c.TTS.CacheMB > 4096 {
		fault("tts.cache_mb", "%d is not between 0 and 4096", c.TTS.CacheMB)
	}
	if c.TTS.FolderMB < 1 || c.TTS.FolderMB > 65536 {
		fault("tts.folder_mb", "%d is not between 1 and 65536; to keep nothing on disk set tts.folder to none", c.TTS.FolderMB)
	}
	for key, voice := range map[string]Voice{"tts.zh": c.TTS.Chinese, "tts.en": c.TTS.English} {
		switch voice.Engine {
		case EngineEspeak:
			if voice.Speaker != "" {
				fault(key+".speaker", "espeak-ng has no speakers; write a variant such as f3 into %s.voice", key)
			}
		case EngineVITS:
			if voice.Voice == "" {
				fault(key+".voice", "is empty; name a voice of 'voxgate models list', or a folder with a slash, as ./myvoice")
			}
		default:
			fault(key+".engine", "%q is not espeak or vits", voice.Engine)
		}
		if !(voice.Rate >= 0.5 && voice.Rate <= 2) {
			fault(key+".rate", "%g is not between 0.5 and 2", voice.Rate)
		}
		checkSpan(fault, key+".first", voice.First, 100*time.Millisecond, 30*time.Second)
	}
}
