#!/usr/bin/env bash
# Installs what this machine lacks to build, run or test Voxgate: Debian packages, Go and ONNX Runtime.
# Usage: setup.sh run | test | models | packages | go | onnxruntime [DIR]
# Running it again is cheap: what is there is left alone, and nothing is asked of the network.
set -euo pipefail

readonly GO_VERSION=1.26.8
readonly GO_SHA256_amd64=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
readonly GO_SHA256_arm64=02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99
readonly ORT_VERSION=1.27.0
readonly ORT_PACKAGE_SHA256=c3779c01c59832f8c03e2c392ac3af10bf08579f1822e8b1c63cc451edb302a2
readonly ORT_SHA256_amd64=d8aff4aa8abee8fb2abb2f2f2459ffc94461e781e41b9f7c072829dd0d470221
readonly ORT_SHA256_arm64=c36bc200e7e6c093b8abb0b34590fbdd8c52fd3fb5e33795b9523ffdde2fce0f

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/voxgate

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
	printf 'setup: %s\n' "$1" >&2
	shift
	for line in "$@"; do printf '       %s\n' "$line" >&2; done
	exit 1
}

case $(uname -s)/$(uname -m) in
Linux/x86_64) go_arch=amd64 ort_arch=x64 go_sha256=$GO_SHA256_amd64 ort_sha256=$ORT_SHA256_amd64 ;;
Linux/aarch64) go_arch=arm64 ort_arch=arm64 go_sha256=$GO_SHA256_arm64 ort_sha256=$ORT_SHA256_arm64 ;;
*) fail "Voxgate runs on 64-bit Linux (x86_64 or arm64); this is $(uname -s) $(uname -m)." \
	"Use a Debian 12 or Ubuntu 24.04 machine, or the Dockerfile." ;;
esac

distribution=$(sed -n 's/^ID=//p' /etc/os-release 2>/dev/null) || distribution=unknown

missing=() # packages that must come

program() { command -v "$1" >/dev/null || missing+=("$2"); }
present() { [ -e "$1" ] || missing+=("$2"); }
library() { pkg-config --exists "$1" 2>/dev/null || missing+=("$2"); }

probe_run() {
	program curl curl
	program unzip unzip
	present /etc/ssl/certs/ca-certificates.crt ca-certificates
	present /usr/share/zoneinfo/Asia/Shanghai tzdata
	program gcc gcc
	present /usr/include/stdio.h libc6-dev
	program pkg-config pkg-config
	library portaudio-2.0 portaudio19-dev
	library opus libopus-dev
	library opusfile libopusfile-dev
	program espeak-ng espeak-ng
}

probe_test() {
	program sipp sip-tester
	program baresip baresip-core
	program jackd jackd2
	program ffmpeg ffmpeg
	program soxi sox
	if command -v chromium || command -v chromium-browser || command -v google-chrome; then
		return
	elif [ "$distribution" = ubuntu ]; then
		say "Ubuntu has Chromium as a snap only: without chromium or google-chrome the test of the page is skipped"
	else
		missing+=(chromium)
	fi >/dev/null
}

# probe_models is what the recipe of models/recipe/run.sh works with.
probe_models() {
	local python=/usr/lib/python3/dist-packages
	present $python/torch python3-torch
	present $python/scipy python3-scipy
	present $python/onnx python3-onnx
	present "/usr/lib/$(uname -m)-linux-gnu/openblas-pthread" libopenblas0-pthread
	program ffmpeg ffmpeg
	program node nodejs
	program npm npm
}

# as_root runs a command with the rights that apt wants.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

install_packages() {
	missing=()
	probe_run
	case $1 in test | models) "probe_$1" ;; esac
	if [ ${#missing[@]} -eq 0 ]; then return; fi
	local byhand="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
	command -v apt-get >/dev/null ||
		fail "this machine has no apt-get. Install what these Debian packages hold, then run this again:" "${missing[*]}"
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		fail "packages are missing, and you are neither root nor have sudo. Ask the administrator to run:" "$byhand"
	fi
	say "packages to install: ${missing[*]}"
	as_root apt-get update -q ||
		fail "apt-get update failed: see the lines above (no network, no sudo password, or a wrong mirror in /etc/apt?)." \
			"Once that is mended run this again, or by hand as root:" "$byhand"
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
		fail "apt-get install failed: see the lines above. On Ubuntu the packages need the 'universe' component." \
			"By hand as root:" "$byhand"
}

verify() { printf '%s  %s\n' "$2" "$1" | sha256sum --check --status 2>/dev/null; }

# fetch URL FILE SHA256: with progress on a terminal, retried; what a broken run left is gone on with.
fetch() {
	local progress=--silent
	if verify "$2" "$3"; then return; fi
	[ -t 2 ] && progress=--progress-bar
	curl --fail --location $progress --show-error --retry 3 --connect-timeout 20 --speed-limit 1000 --speed-time 60 \
		--continue-at - --output "$2" "$1" || return 1
	if ! verify "$2" "$3"; then
		rm -f "$2"
		say "what came from $1 has a wrong sha256 and was deleted"
		return 1
	fi
}

# at_least HAVE WANT compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n1)" = "$2" ]; }

install_go() {
	local want have home=$cache/go-$GO_VERSION
	want=$(sed -n 's/^go //p' "$here/../../../go.mod")
	have=$(cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//; s/[^0-9.].*//') || true
	if [ -n "$have" ] && at_least "$have" "$want"; then return; fi
	if [ ! -x "$home/bin/go" ]; then
		local proxy zip part
		proxy=$(printf '%s\n' "${GOPROXY:-https://proxy.golang.org}" | tr ',|' '\n' | grep -m1 '^https\?://') ||
			fail "GOPROXY=$GOPROXY names no server to fetch Go $GO_VERSION from." \
				"Set GOPROXY=https://proxy.golang.org, or install Go $want or newer yourself."
		zip=$cache/go-$GO_VERSION.linux-$go_arch.zip
		say "Go $GO_VERSION (this machine has ${have:-none}): about 70 MB from $proxy"
		mkdir -p "$cache"
		fetch "${proxy%/}/golang.org/toolchain/@v/v0.0.1-go$GO_VERSION.linux-$go_arch.zip" "$zip" "$go_sha256" ||
			fail "Go could not be fetched from $proxy. Check the network or set GOPROXY to a mirror" \
				"(in China: GOPROXY=https://goproxy.cn), or install Go $want or newer from https://go.dev/dl."
		part=$cache/go.part # a fixed name: what a broken run left is cleared here
		rm -rf "$part"
		unzip -q "$zip" -d "$part"
		unpack_toolchain "$part/golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$go_arch" "$home"
		rm -rf "$part" "$zip"
	fi
	ln -sfn "go-$GO_VERSION" "$cache/go"
}

# unpack_toolchain DIR HOME: a module archive has neither executable files nor nested go.mod files, so both are put back.
unpack_toolchain() {
	chmod 755 "$1"/bin/*
	find "$1/pkg/tool" -type f -exec chmod 755 {} +
	find "$1" -name _go.mod -execdir mv _go.mod go.mod ';'
	mv -T "$1" "$2" 2>/dev/null || [ -x "$2/bin/go" ] || fail "cannot move Go to $2: is the directory writable?"
}

install_onnxruntime() {
	local dir=${1:-$cache/onnxruntime-$ORT_VERSION} registry part
	local file=$dir/libonnxruntime.so.1
	[ -n "${VOXGATE_ONNXRUNTIME:-}" ] && [ $# -eq 0 ] && [ -e "$VOXGATE_ONNXRUNTIME" ] && return
	[ -s "$file" ] && return # verified before it was moved into place
	registry=${NPM_CONFIG_REGISTRY:-${npm_config_registry:-}}
	if [ -z "$registry" ] && command -v npm >/dev/null; then registry=$(npm config get registry 2>/dev/null) || true; fi
	case $registry in http://* | https://*) ;; *) registry=https://registry.npmjs.org ;; esac
	say "ONNX Runtime $ORT_VERSION: about 100 MB from $registry"
	mkdir -p "$dir" || fail "cannot make $dir. Make it writable, or set XDG_CACHE_HOME to a directory that is."
	fetch "${registry%/}/onnxruntime-node/-/onnxruntime-node-$ORT_VERSION.tgz" "$dir/package.tgz" "$ORT_PACKAGE_SHA256" ||
		fail "ONNX Runtime could not be fetched from $registry." \
			"Check the network or set NPM_CONFIG_REGISTRY to a mirror (in China: https://registry.npmmirror.com)," \
			"or set VOXGATE_ONNXRUNTIME to a libonnxruntime.so of version 1.24 or newer."
	part=$file.part
	tar -xzOf "$dir/package.tgz" "package/bin/napi-v6/linux/$ort_arch/libonnxruntime.so.1" >"$part"
	verify "$part" "$ort_sha256" || fail "the library in $dir/package.tgz is damaged: is the disk full? Delete $dir and run this again."
	rm -f "$dir/package.tgz"
	chmod 644 "$part"
	mv "$part" "$file"
}

check_voice() {
	espeak-ng --voices=cmn 2>/dev/null | grep -q cmn-latn-pinyin ||
		fail "this espeak-ng has no voice cmn-latn-pinyin; version 1.51 or newer has it (Debian 12, Ubuntu 24.04)."
}

case ${1:-} in
run | test | models)
	install_packages "$1"
	check_voice
	install_go
	install_onnxruntime
	;;
packages) install_packages run ;;
go) install_go ;;
onnxruntime) shift && install_onnxruntime "$@" ;;
*) fail "usage: setup.sh run | test | models | packages | go | onnxruntime [DIR]" ;;
esac
