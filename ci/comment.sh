#!/usr/bin/env bash
# Writes the summary of a run into the one comment of a pull request: ci/comment.sh SUMMARY.md
# A comment of an earlier run is changed rather than another one added. Wants gh with GH_TOKEN, and
# REPOSITORY (owner/name), NUMBER (of the pull request) and RUN_URL in the environment.
set -euo pipefail

MARK='<!-- users acceptance -->'
LONGEST=60000 # GitHub takes 65,536 characters

stop() {
    printf 'comment: %s\n' "$1" >&2
    exit 1
}

[[ $# -eq 1 && -f $1 ]] || stop "usage: ci/comment.sh SUMMARY.md"
[[ ${REPOSITORY:-} == */* && ${NUMBER:-} =~ ^[0-9]+$ ]] || stop "REPOSITORY and NUMBER say where, and one is missing"

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
    printf '%s\n' "$MARK"
    head -c "$LONGEST" "$1"
    printf '\n\n%s\n' "${RUN_URL:+[The run, with its report]($RUN_URL)}"
} >"$body"

# Only a comment that begins with the mark is ours, and only what the workflow's own user wrote.
ours=".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$MARK\"))) | .id"
numbers=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" --jq "$ours")
number=${numbers%%$'\n'*}
if [[ -n $number ]]; then
    gh api --silent --method PATCH "repos/$REPOSITORY/issues/comments/$number" --field "body=@$body"
    printf 'comment: changed\n'
else
    gh api --silent --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --field "body=@$body"
    printf 'comment: written\n'
fi
