#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder's image: installs what Spinlab needs and builds it.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
export DEBIAN_FRONTEND=noninteractive

apt-get update
cmake=$(apt-cache policy cmake | awk '/Candidate:/ {print $2}')
if ! dpkg --compare-versions "$cmake" ge 3.25; then
  echo "This image is too old: it offers CMake ${cmake:-not at all}, Spinlab needs 3.25. Take one of Ubuntu 24.04 or Debian 12." >&2
  exit 1
fi
apt-get install -y --no-install-recommends ca-certificates python3 python3-venv

# The sandbox runs as a user of its own, who must be able to reach the programs.
chmod a+rx / /autograder "$here"
chmod -R a+rX "$here/project"
"$here/project/spinlab" version
. "$here/settings"
"$here/project/spinlab" --build "the checker of $assignment" "$assignment-checker" # now, and not when grading
"$here/project/spinlab" doctor || true # for the log: the image's builder may lack layers that the grader has
