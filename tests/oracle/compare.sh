#!/bin/sh
# Compares how plimsoll and Kubernetes read every YAML and JSON file of a folder.
#   compare.sh DIR                          each document as it is
#   compare.sh --mutate DIR [SEED [ROUNDS]] 1000 mutations of them a round
set -eu
test=a_folder_is_read_as_kubernetes_reads_it
if [ "${1:-}" = --mutate ]; then
    test=mutated_documents_are_read_as_kubernetes_reads_them
    shift
fi
PLIMSOLL_COMPARE=$(cd "${1:?a folder}" && pwd)
PLIMSOLL_SEED=${2:-1}
PLIMSOLL_ROUNDS=${3:-20}
cd "$(dirname "$0")"
go build -o oracle ./yaml
PLIMSOLL_ORACLE=$PWD/oracle
export PLIMSOLL_COMPARE PLIMSOLL_SEED PLIMSOLL_ROUNDS PLIMSOLL_ORACLE
exec cargo test --test it ${PLIMSOLL_PROFILE:+--profile "$PLIMSOLL_PROFILE"} -- --ignored --nocapture "parse_oracle::$test"
