// Package onnx finds the ONNX Runtime library, brings it up once for the whole process, and makes the sessions that all
// models run in.
package onnx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
	"golang.org/x/sys/cpu"
)

// ErrNoRuntime says that the ONNX Runtime library was not found or cannot be used.
var ErrNoRuntime = errors.New("ONNX Runtime library not usable")

// libraryVersion is the release that set-up installs; its C API is the one that the binding speaks.
const libraryVersion = "1.27.0"

// FindLibrary looks for the ONNX Runtime library: the file that VOXGATE_ONNXRUNTIME names, the user's cache
// (voxgate/onnxruntime-1.27.0), lib/ beside the program, then the system's library folders.
func FindLibrary() (string, error) {
	if path := os.Getenv("VOXGATE_ONNXRUNTIME"); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%w: VOXGATE_ONNXRUNTIME: %w; unset it or let it name the file libonnxruntime.so.1", ErrNoRuntime, err)
		}
		return path, nil
	}
	places := libraryPlaces()
	for _, path := range places {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: not in %s nor in %d other places; run 'make setup', or let VOXGATE_ONNXRUNTIME name the file",
		ErrNoRuntime, places[0], len(places)-1)
}

func libraryPlaces() []string {
	names := []string{"libonnxruntime.so.1", "libonnxruntime.so"}
	if runtime.GOOS == "darwin" {
		names = []string{"libonnxruntime.dylib"}
	}
	var dirs []string
	if cache, err := os.UserCacheDir(); err == nil {
		dirs = append(dirs, filepath.Join(cache, "voxgate", "onnxruntime-"+libraryVersion))
	}
	if program, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Join(filepath.Dir(program), "lib"), filepath.Join(filepath.Dir(program), "..", "lib"))
	}
	dirs = append(dirs, "/usr/local/lib", "/usr/lib", "/usr/lib/"+multiarch())
	var out []string
	for _, d := range dirs {
		for _, n := range names {
			out = append(out, filepath.Join(d, n))
		}
	}
	return out
}

// multiarch is Debian's name of this machine, under which it keeps libraries.
func multiarch() string {
	if runtime.GOARCH == "arm64" {
		return "aarch64-linux-gnu"
	}
	return "x86_64-linux-gnu"
}

// start holds whether the runtime was brought up; it can be done once in a process and lives as long as it.
var start struct {
	sync.Mutex
	done bool
}

// Start loads the library, once for all models. A failed attempt may be repeated. Errors wrap ErrNoRuntime.
func Start() error {
	start.Lock()
	defer start.Unlock()
	if start.done || ort.IsInitialized() {
		return nil
	}
	path, err := FindLibrary()
	if err != nil {
		return err
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelFatal()); err != nil {
		return fmt.Errorf("%w: %s: %w; run 'make setup' for version %s", ErrNoRuntime, path, err, libraryVersion)
	}
	start.done = true
	return nil
}

// NewSession makes a session over the bytes of an ONNX file: one thread a run, for calls are the parallelism, and without
// spinning, which would burn the core that the audio clocks need. It starts the library. The caller destroys the session.
// Errors wrap ErrNoRuntime, or are the library's own about a broken file.
func NewSession(data []byte, inputs, outputs []string) (*ort.DynamicAdvancedSession, error) {
	return newSession(data, inputs, outputs, "0")
}

// NewExactSession is NewSession for models of 8-bit products: without VNNI, x86 adds pairs of them in 16 bits, which
// overflow, and the runtime lets them unless it is told to sum whole words.
func NewExactSession(data []byte, inputs, outputs []string) (*ort.DynamicAdvancedSession, error) {
	wide := "0"
	if runtime.GOARCH == "amd64" && !cpu.X86.HasAVX512VNNI && !cpu.X86.HasAVXVNNI {
		wide = "1"
	}
	return newSession(data, inputs, outputs, wide)
}

func newSession(data []byte, inputs, outputs []string, wide string) (*ort.DynamicAdvancedSession, error) {
	if err := Start(); err != nil {
		return nil, err
	}
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer options.Destroy()
	err = errors.Join(
		options.SetIntraOpNumThreads(1),
		options.SetInterOpNumThreads(1),
		options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
		options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0"),
		options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0"),
		options.AddSessionConfigEntry("session.x64quantprecision", wide),
	)
	if err != nil {
		return nil, err
	}
	return ort.NewDynamicAdvancedSessionWithONNXData(data, inputs, outputs, options)
}
