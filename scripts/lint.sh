#!/usr/bin/env bash
# lint.sh [fix]: checks the format of every Swift file with swift-format, or puts it right.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Every Swift file of the package, separated by NUL: from git, or in an export without it from the tree.
swift_files() {
    if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$root" ]; then
        # A file that is removed but not yet committed is still listed: leave it out.
        git ls-files -z --cached --others --exclude-standard -- '*.swift' |
            while IFS= read -r -d '' file; do
                if [ -f "$file" ]; then printf '%s\0' "$file"; fi
            done
    else
        find . -name '.?*' -prune -o -type f -name '*.swift' -print0
    fi
}

count=$(swift_files | tr -dc '\0' | wc -c | tr -d ' ')
[ "$count" -gt 0 ] || fail "no Swift files found below $root: the check would check nothing."

if [ "${1:-}" = fix ]; then
    swift_files | xargs -0 swift format format --in-place --parallel --configuration .swift-format
    say "$count Swift files formatted"
else
    swift_files | xargs -0 swift format lint --strict --parallel --configuration .swift-format ||
        fail "the format differs from .swift-format." "Most of it is put right by: make format"
    say "$count Swift files follow .swift-format"
fi
