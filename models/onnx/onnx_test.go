package onnx

import (
	"errors"
	"testing"
)

func TestMissingLibrary(t *testing.T) {
	t.Setenv("VOXGATE_ONNXRUNTIME", "/nowhere/libonnxruntime.so")
	if _, err := FindLibrary(); !errors.Is(err, ErrNoRuntime) {
		t.Errorf("got %v", err)
	}
}

func TestBrokenFile(t *testing.T) {
	if _, err := FindLibrary(); err != nil {
		t.Skip(err)
	}
	for _, data := range []string{"x", "\x08\x07"} {
		if s, err := NewSession([]byte(data), []string{"a"}, []string{"b"}); err == nil {
			s.Destroy()
			t.Errorf("%q is no model", data)
		}
	}
}
