// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0
internal import CSinewShims

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Runs `body` on a new thread that nobody waits for.
///
/// Signals are left to the program's other threads, but for those that a fault of the thread itself raises: crash
/// reporters and sanitizers want them. (A program started from such a thread inherits the blocked signals.)
func startThread(named name: String, _ body: @escaping @Sendable () -> Void) throws(ZMQError) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(name, body)).toOpaque()
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { unsafe pthread_attr_destroy(&attributes) }

    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGABRT, SIGSYS] { unsafe sigdelset(&all, fault) }
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

    #if canImport(Darwin)
    var thread: pthread_t?
    let result = unsafe pthread_create(&thread, &attributes, { threadMain($0) }, box)
    #else
    var thread = pthread_t()
    let result = unsafe pthread_create(&thread, &attributes, { unsafe threadMain($0!) }, box)
    #endif
    guard result == 0 else {
        unsafe Unmanaged<ThreadBody>.fromOpaque(box).release()
        throw ZMQError(.system, operation: "start thread \(name)", advice: "lower the number of threads", errno: result)
    }
}

private final class ThreadBody: Sendable {
    let name: String
    let body: @Sendable () -> Void
    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let thread = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    unsafe sinew_thread_set_name(thread.name)
    thread.body()
    return nil
}
