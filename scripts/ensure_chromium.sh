#!/bin/sh
# The page's tests need a Chromium on PATH; where there is none, Debian's is installed.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done

fail() {
    echo "The tests of the page need Chromium, and $1. Install it (Debian: apt-get install chromium) so that" >&2
    echo "\`chromium\` is on PATH, or name it in POLARISCOPE_CHROMIUM; then run make test again." >&2
    exit 1
}

if [ -n "${POLARISCOPE_CHROMIUM:-}" ]; then
    [ -x "$POLARISCOPE_CHROMIUM" ] || fail "POLARISCOPE_CHROMIUM names no program"
    exit 0
fi
command -v apt-get >/dev/null 2>&1 || fail "this machine has no apt-get to install it with"
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "installing it takes root"
    sudo="sudo"
fi
export DEBIAN_FRONTEND=noninteractive
echo "No Chromium found; installing Debian's for the tests of the page"
$sudo apt-get update -qq || fail "apt-get update failed"
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null || fail "apt-get could not install it"
