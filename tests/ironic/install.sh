#!/bin/sh
# Installs the Ironic that tests/ironic_test.ts speaks with, once, into a virtual environment outside the tree.
# Ends with 0 in any case: where it cannot be had, the tests that need it say so and are skipped.
version=39.0.0
venv=${HNL_MK_IRONIC:-${XDG_CACHE_HOME:-$HOME/.cache}/hnl_mk/ironic-$version}
[ -x "$venv/bin/ironic" ] && exit 0
# Ironic 39 names these; a newer Python may lack what it is built of.
python3 -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' 2>/dev/null || {
  echo "Ironic is not installed: it needs Python 3.10 to 3.12"
  exit 0
}
# Whole or not at all: of a cut installation the next one would be made.
rm -rf "$venv" && mkdir -p "$(dirname "$venv")" &&
  timeout 600 sh -c 'python3 -m venv "$1" && "$1/bin/pip" install --quiet --disable-pip-version-check "ironic==$2"' \
    install "$venv" "$version" || {
  rm -rf "$venv"
  echo "Ironic is not installed: Python has no venv, or its packages cannot be had"
}
exit 0
