package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"voxgate/cmd/voxgate/internal/config"
)

// projectFile reads a file by its path below the project's root.
func projectFile(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(projectRoot(t), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// submatch is the first group of a pattern in a file; the test fails without a match.
func submatch(t *testing.T, name, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindStringSubmatch(projectFile(t, name))
	if found == nil {
		t.Fatalf("%s has nothing like %s", name, pattern)
	}
	return found[1]
}

func TestSetupInstallsWhatTheProgramLooksFor(t *testing.T) {
	const setup = "cmd/voxgate/deploy/setup.sh"
	installed := submatch(t, setup, `(?m)^readonly ORT_VERSION=(\S+)`)
	if wanted := submatch(t, "models/onnx/onnx.go", `libraryVersion = "([^"]+)"`); installed != wanted {
		t.Errorf("the set-up installs ONNX Runtime %s, the recogniser looks for %s", installed, wanted)
	}
	if bound := submatch(t, "go.mod", `onnxruntime_go v(\S+)`); installed != bound {
		t.Errorf("the set-up installs ONNX Runtime %s, the binding is made for %s", installed, bound)
	}
	release := submatch(t, setup, `(?m)^readonly GO_VERSION=(\d+\.\d+)`)
	if wanted := submatch(t, "go.mod", `(?m)^go (\d+\.\d+)`); release != wanted {
		t.Errorf("the set-up installs Go %s, go.mod wants %s", release, wanted)
	}
}

func TestScriptsAreSound(t *testing.T) {
	for _, name := range []string{"cmd/voxgate/deploy/setup.sh", ".ci/run"} {
		path := filepath.Join(projectRoot(t), name)
		if out, err := exec.CommandContext(t.Context(), "bash", "-n", path).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		if info, err := os.Stat(path); err != nil || info.Mode()&0o111 == 0 {
			t.Errorf("%s is not executable: %v", name, err)
		}
	}
}

func TestSetupRefusesWhatItDoesNotKnow(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), filepath.Join(projectRoot(t), "cmd/voxgate/deploy/setup.sh"), "nonsense")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "usage: setup.sh") {
		t.Errorf("got %v: %s", err, out)
	}
}

func TestContainerConfigurationFitsTheImage(t *testing.T) {
	cfg, err := config.Load(filepath.Join(projectRoot(t), "cmd/voxgate/deploy/container.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	exposed := strings.Fields(submatch(t, "Dockerfile", `(?m)^EXPOSE (.+)$`))
	_, webPort, _ := strings.Cut(cfg.Web.Listen, ":")
	_, sipPort, _ := strings.Cut(cfg.SIP.Listen, ":")
	for _, want := range []string{sipPort + "/udp", sipPort + "/tcp", webPort + "/tcp", cfg.SIP.RTPPorts + "/udp"} {
		if !strings.Contains(strings.Join(exposed, " "), want) {
			t.Errorf("the configuration uses %s, the Dockerfile exposes %v", want, exposed)
		}
	}
	if home := submatch(t, "Dockerfile", `--home-dir (\S+)`); !strings.HasPrefix(cfg.Records.Dir, home) {
		t.Errorf("records go to %s, the image's volume is %s", cfg.Records.Dir, home)
	}
}

func TestEveryCommandIsInTheReadme(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text := projectFile(t, name)
		for _, cmd := range commands() {
			if !strings.Contains(text, "`voxgate "+cmd.Name()) {
				t.Errorf("%s does not name the command %s", name, cmd.Name())
			}
		}
	}
	for _, found := range regexp.MustCompile("\\| `voxgate ([a-z-]+)").FindAllStringSubmatch(projectFile(t, "README.md"), -1) {
		known := false
		for _, cmd := range commands() {
			known = known || cmd.Name() == found[1]
		}
		if !known {
			t.Errorf("README.md names the command %s, which does not exist", found[1])
		}
	}
}

func TestReadmeLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)\)`)
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		for _, found := range link.FindAllStringSubmatch(projectFile(t, name), -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(projectRoot(t), found[1])); err != nil {
				t.Errorf("%s links to %s: %v", name, found[1], err)
			}
		}
	}
}

func TestMakeHelpExplainsEveryTarget(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "make", "-C", projectRoot(t), "--no-print-directory", "help").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, target := range []string{"run", "test", "build", "lint", "bench", "models", "clean", "setup"} {
		if !regexp.MustCompile(`(?m)^  make ` + target + ` +\S`).Match(out) {
			t.Errorf("make help does not explain %s:\n%s", target, out)
		}
	}
}
