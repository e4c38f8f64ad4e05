// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

/// The table that says where each behaviour which libzmq's own tests show is shown here.
struct ConformanceTable {
    /// One row: the test of libzmq's, what it shows, and which test of ours does, or why none does.
    struct Row {
        let line: Int
        let file: Substring
        let behaviour: Substring
        let answer: Substring
        let names: [Substring]
    }

    let rows: [Row]

    init(_ document: Citations) {
        rows = document.lines.compactMap { line in
            guard line.cells.count >= 2, let name = line.cells[0].wholeMatch(of: #/`(test_\w+)`/#) else { return nil }
            return Row(
                line: line.number,
                file: name.output.1,
                behaviour: line.cells[1],
                answer: line.cells.count > 2 ? line.cells[2] : "",
                names: line.names
            )
        }
    }

    /// Tests of libzmq's that are missing or unknown, rows without an answer, and the same said twice: one behaviour of
    /// a file in two rows, or one test of ours for two behaviours of a file, which are then one row.
    func faults(expecting files: [String]) -> [String] {
        let known = Set(rows.map { String($0.file) })
        let missing = Set(files).subtracting(known).sorted().map { "\($0) has no row" }
        return missing + rows.indices.flatMap { faults(at: $0, expecting: files) }
    }

    private func faults(at index: Int, expecting files: [String]) -> [String] {
        let row = rows[index]
        let before = rows[..<index].filter { $0.file == row.file }
        var faults: [String] = []
        if !files.contains(String(row.file)) { faults.append("\(row.file) is no test of libzmq's that is known") }
        if row.behaviour.isEmpty { faults.append("no behaviour") }
        // Words, not just a dash.
        if row.names.isEmpty, row.answer.split(separator: " ").count < 3 {
            faults.append("neither a test nor a reason")
        }
        if before.contains(where: { $0.behaviour == row.behaviour }) {
            faults.append("the behaviour has a row already")
        }
        for name in row.names where name.contains(".") && before.contains(where: { $0.names.contains(name) }) {
            faults.append("\(name) is named for another behaviour of \(row.file), too: make it one row")
        }
        return faults.map { "line \(row.line): \($0)" }
    }

    /// The tests of libzmq 4.3 that show how sockets behave, without those of its draft interface.
    static let files = [
        "test_abstract_ipc", "test_base85", "test_bind_after_connect_tcp", "test_bind_curve_fuzzer", "test_bind_fuzzer",
        "test_bind_null_fuzzer", "test_bind_src_address", "test_bind_stream_fuzzer", "test_bind_ws_fuzzer",
        "test_capabilities", "test_conflate", "test_connect_curve_fuzzer", "test_connect_fuzzer",
        "test_connect_null_fuzzer", "test_connect_resolve", "test_connect_rid", "test_connect_stream_fuzzer",
        "test_connect_ws_fuzzer", "test_ctx_destroy", "test_ctx_options", "test_diffserv", "test_disconnect_inproc",
        "test_filter_ipc", "test_fork", "test_getsockopt_memset", "test_heartbeats", "test_hwm", "test_hwm_pubsub",
        "test_immediate", "test_inproc_connect", "test_invalid_rep", "test_iov", "test_ipc_wildcard", "test_issue_566",
        "test_last_endpoint", "test_many_sockets", "test_metadata", "test_mock_pub_sub", "test_monitor", "test_msg_ffn",
        "test_msg_flags", "test_pair_ipc", "test_probe_router", "test_proxy", "test_proxy_hwm",
        "test_proxy_single_socket", "test_proxy_steerable", "test_proxy_terminate", "test_pub_invert_matching",
        "test_rebind_ipc", "test_reconnect_ivl", "test_reconnect_options", "test_req_correlate", "test_req_relaxed",
        "test_router_handover", "test_router_mandatory", "test_router_mandatory_hwm", "test_security_curve",
        "test_security_no_zap_handler", "test_security_null", "test_security_plain", "test_security_zap",
        "test_setsockopt", "test_shutdown_stress", "test_socket_options_fuzzer", "test_socks", "test_sodium",
        "test_sockopt_hwm", "test_spec_dealer", "test_spec_pushpull", "test_spec_rep", "test_spec_req",
        "test_spec_router", "test_srcfd", "test_stream", "test_stream_disconnect", "test_stream_empty",
        "test_stream_exceeds_buffer", "test_stream_timeout", "test_sub_forward", "test_system",
        "test_tcp_accept_filter", "test_term_endpoint", "test_timeo", "test_unbind_wildcard", "test_use_fd",
        "test_xpub_manual", "test_xpub_nodrop", "test_xpub_verbose", "test_xpub_welcome_msg", "test_z85_decode_fuzzer",
        "test_zmq_poll_fd",
    ]

    /// Those of its draft interface: what they test must not be offered.
    static let drafts = [
        "test_app_meta", "test_channel", "test_client_server", "test_dgram", "test_disconnect_msg", "test_hello_msg",
        "test_peer", "test_poller", "test_radio_dish", "test_router_notify", "test_scatter_gather", "test_thread_safe",
        "test_xpub_manual_last_value",
    ]
}
