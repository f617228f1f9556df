#!/usr/bin/env bash
# Deletes each fixture in turn and runs the tests, which must fail: a test that passes
# without its fixture checks nothing. Takes about half a minute for each file.
#   missing_fixtures.sh [PATTERN]    only fixtures whose path matches
set -euo pipefail
cd "$(dirname "$0")/.."
cargo test --quiet --test it > /dev/null || { echo "the tests fail as they are"; exit 1; }
kept=$(mktemp)
missed=0
while read -r file; do
    cp -p "$file" "$kept"
    trap 'cp -p "$kept" "$file"' EXIT
    rm "$file"
    if cargo test --quiet --test it > /dev/null 2>&1; then
        echo "no test needs $file"
        missed=$((missed + 1))
    fi
    cp -p "$kept" "$file"
    touch "$file"
done < <(git ls-files fixtures | grep -v '\.md$' | grep -e "${1:-.}")
trap - EXIT
rm "$kept"
echo "$missed fixtures are not needed"
[ "$missed" -eq 0 ]
