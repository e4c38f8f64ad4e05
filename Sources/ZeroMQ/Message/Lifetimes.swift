// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// Gives `dependent` the lifetime of a borrow of `source`.
///
/// The standard library has this function but does not export it; swift-nio and swift-subprocess carry the same lines.
@unsafe
@_unsafeNonescapableResult
@_alwaysEmitIntoClient
@_transparent
@_lifetime(borrow source)
func _overrideLifetime<Value: ~Copyable & ~Escapable, Source: ~Copyable & ~Escapable>(
    _ dependent: consuming Value,
    borrowing source: borrowing Source
) -> Value {
    dependent
}
