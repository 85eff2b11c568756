#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image: installs what Spinlab needs and builds it.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
export DEBIAN_FRONTEND=noninteractive

offered() { apt-cache policy "$1" | awk '/Candidate:/ && $2 != "(none)" {print $2}'; }

apt-get update
apt-get install -y --no-install-recommends ca-certificates python3 python3-venv
# Ubuntu 22.04 has neither the CMake nor the clang that ./spinlab would install.
if ! dpkg --compare-versions "$(offered cmake)" ge 3.25; then
  python3 -m venv "$here/tools"
  "$here/tools/bin/python" -m pip install --disable-pip-version-check "cmake<4"
  export PATH=$here/tools/bin:$PATH
fi
if [[ -z $(offered clang-19) ]]; then
  for version in 18 17 16 15 14; do
    [[ -n $(offered "clang-$version") ]] || continue
    apt-get install -y --no-install-recommends "clang-$version" "lld-$version"
    break
  done
fi

# The sandbox runs as a user of its own, who must be able to reach the programs.
chmod a+rx / /autograder "$here"
chmod -R a+rX "$here/project"
"$here/project/spinlab" version
"$here/project/spinlab" doctor || true # for the log: the image's builder may lack layers that the grader has
