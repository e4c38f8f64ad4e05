// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0
internal import CSinewShims

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Waits for descriptors to become readable, each armed for one report at a time, and can be woken from any thread.
struct Poller: ~Copyable, Sendable {
    private let queue: Int32
    #if canImport(Glibc)
    private let wakeup: Int32
    /// For times that milliseconds are too coarse for.
    private let alarm: Int32
    #endif

    /// From here on, identifiers are the poller's own.
    static let firstOwnToken = UInt64.max - 1
    /// The identifier that stands for a call of `wake`.
    static let wakeToken = UInt64.max
    #if canImport(Glibc)
    /// The identifier of the timer.
    private static let alarmToken = firstOwnToken
    #endif

    /// When the poller's timer runs out, as whoever waits remembers it from one wait to the next.
    struct Armed {
        fileprivate var end: ContinuousClock.Instant?
    }

    init() throws(ZMQError) {
        #if canImport(Darwin)
        queue = kqueue()
        guard queue >= 0 else { throw Poller.failure("kqueue") }
        var change = kevent64_s()
        change.ident = Poller.wakeToken
        change.filter = Int16(EVFILT_USER)
        change.flags = UInt16(EV_ADD | EV_CLEAR)
        change.udata = Poller.wakeToken
        _ = unsafe kevent64(queue, &change, 1, nil, 0, 0, nil)
        #else
        let descriptors = (
            epoll_create1(Int32(EPOLL_CLOEXEC)), eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK)),
            timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC) | Int32(TFD_NONBLOCK))
        )
        guard descriptors.0 >= 0, descriptors.1 >= 0, descriptors.2 >= 0 else {
            let error = Poller.failure("make a poller")
            close(descriptors.0)
            close(descriptors.1)
            close(descriptors.2)
            throw error
        }
        (queue, wakeup, alarm) = descriptors
        for (descriptor, token) in [(wakeup, Poller.wakeToken), (alarm, Poller.alarmToken)] {
            var event = unsafe epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(u64: token))
            _ = unsafe epoll_ctl(queue, EPOLL_CTL_ADD, descriptor, &event)
        }
        #endif
    }

    deinit {
        close(queue)
        #if canImport(Glibc)
        close(wakeup)
        close(alarm)
        #endif
    }

    private static func failure(_ call: String) -> ZMQError {
        ZMQError(.fileDescriptorBudget, operation: call, advice: "close files or raise RLIMIT_NOFILE", errno: errno)
    }

    /// Starts watching a descriptor and arms it.
    borrowing func add(_ descriptor: Int32, as token: UInt64) throws(ZMQError) {
        guard control(descriptor, token, isNew: true) == 0 else { throw Poller.failure("watch a socket") }
    }

    /// Asks for one more report of a descriptor: at once when it is readable now.
    borrowing func arm(_ descriptor: Int32, as token: UInt64) { _ = control(descriptor, token, isNew: false) }

    #if canImport(Darwin)
    private borrowing func control(_ descriptor: Int32, _ token: UInt64, isNew: Bool) -> Int32 {
        var change = kevent64_s()
        change.ident = UInt64(descriptor)
        change.filter = Int16(EVFILT_READ)
        change.flags = UInt16(EV_ADD | EV_ENABLE | EV_DISPATCH)
        change.udata = token
        return unsafe kevent64(queue, &change, 1, nil, 0, 0, nil)
    }

    /// Stops watching a descriptor; must come before the descriptor is closed.
    borrowing func remove(_ descriptor: Int32) {
        var change = kevent64_s()
        change.ident = UInt64(descriptor)
        change.filter = Int16(EVFILT_READ)
        change.flags = UInt16(EV_DELETE)
        _ = unsafe kevent64(queue, &change, 1, nil, 0, 0, nil)
    }

    /// Ends the wait that is under way, or the next one.
    borrowing func wake() {
        var change = kevent64_s()
        change.ident = Poller.wakeToken
        change.filter = Int16(EVFILT_USER)
        change.fflags = UInt32(NOTE_TRIGGER)
        _ = unsafe kevent64(queue, &change, 1, nil, 0, 0, nil)
    }

    /// Waits until a time that is so far away, and appends the tokens of what became readable.
    borrowing func wait(
        for time: Duration?,
        from now: ContinuousClock.Instant,
        _ armed: inout Armed,
        into tokens: inout [UInt64]
    ) {
        var limit = timespec()
        if let time {
            let (seconds, attoseconds) = time.components
            limit = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        }
        unsafe withUnsafeTemporaryAllocation(of: kevent64_s.self, capacity: 64) { events in
            let count =
                if time == nil {
                    unsafe kevent64(queue, nil, 0, events.baseAddress, 64, 0, nil)
                } else {
                    unsafe kevent64(queue, nil, 0, events.baseAddress, 64, 0, &limit)
                }
            for index in 0..<max(0, Int(count)) { unsafe tokens.append(events[index].udata) }
        }
    }
    #else
    private borrowing func control(_ descriptor: Int32, _ token: UInt64, isNew: Bool) -> Int32 {
        let interest = EPOLLIN.rawValue | EPOLLONESHOT.rawValue
        var event = unsafe epoll_event(events: interest, data: epoll_data_t(u64: token))
        return unsafe epoll_ctl(queue, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event)
    }

    /// Stops watching a descriptor; must come before the descriptor is closed.
    borrowing func remove(_ descriptor: Int32) { _ = epoll_ctl(queue, EPOLL_CTL_DEL, descriptor, nil) }

    /// Ends the wait that is under way, or the next one.
    borrowing func wake() {
        var one: UInt64 = 1
        _ = unsafe write(wakeup, &one, 8)
    }

    /// Waits until a time that is so far away, and appends the tokens of what became readable. It may end earlier,
    /// with none.
    borrowing func wait(
        for time: Duration?,
        from now: ContinuousClock.Instant,
        _ armed: inout Armed,
        into tokens: inout [UInt64]
    ) {
        var limit = time.map { Int32(clamping: max(0, $0.millisecondsRoundedUp)) } ?? -1
        // The kernel rounds a wait up, and lets threads oversleep; a timer does neither.
        if let time, time > .zero, time < .milliseconds(10), arm(&armed, for: time, from: now) { limit = -1 }
        unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            let count = unsafe epoll_wait(queue, events.baseAddress, 64, limit)
            for index in 0..<max(0, Int(count)) {
                let token = unsafe events[index].data.u64
                if token == Poller.wakeToken || token == Poller.alarmToken {
                    if token == Poller.alarmToken { armed.end = nil }
                    var value: UInt64 = 0
                    _ = unsafe read(token == Poller.wakeToken ? wakeup : alarm, &value, 8)
                }
                tokens.append(token)
            }
        }
    }

    /// Has the timer run out in so long, or leaves it where it runs out before that: most deadlines are withdrawn, and
    /// setting it for each of them would be a system call for each wait.
    private borrowing func arm(_ armed: inout Armed, for time: Duration, from now: ContinuousClock.Instant) -> Bool {
        if let end = armed.end, end > now, end <= now + time { return true }
        var setting = itimerspec()
        setting.it_value.tv_nsec = max(1, Int(time.components.attoseconds / 1_000_000_000))
        guard unsafe timerfd_settime(alarm, 0, &setting, nil) == 0 else { return false }
        armed.end = now + time
        return true
    }
    #endif
}
