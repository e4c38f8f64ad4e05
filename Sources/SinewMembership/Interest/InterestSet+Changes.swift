// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

extension InterestSet {
    /// Makes a change; false, and nothing is done, when what is to come is there or what is to go is not.
    mutating func apply(_ change: InterestChange) -> Bool {
        change.isAddition ? insert(change.interest) : remove(change.interest)
    }

    /// Takes back a change that was made.
    mutating func revert(_ change: InterestChange) {
        _ = change.isAddition ? remove(change.interest) : insert(change.interest)
    }
}

extension InterestDifference {
    /// What is left of changes of which some may take back others.
    init(of changes: [InterestChange]) {
        guard changes.count > 1 else {
            self.init()
            for change in changes {
                if change.isAddition { added.append(change.interest) } else { removed.append(change.interest) }
            }
            return
        }
        var added = InterestSet()
        var removed = InterestSet()
        for change in changes {
            if change.isAddition {
                if !removed.remove(change.interest) { _ = added.insert(change.interest) }
            } else {
                if !added.remove(change.interest) { _ = removed.insert(change.interest) }
            }
        }
        self.init(added: Array(added.members), removed: Array(removed.members))
    }
}
