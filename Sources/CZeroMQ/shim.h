// This source file is part of the Sinew project: https://github.com/sinew-project/sinew
// SPDX-License-Identifier: Apache-2.0

#ifndef SINEW_CZEROMQ_SHIM_H
#define SINEW_CZEROMQ_SHIM_H

#include <zmq.h>

#if ZMQ_VERSION < ZMQ_MAKE_VERSION(4, 3, 0)
#error "Sinew needs libzmq 4.3 or newer (Debian and Ubuntu: libzmq3-dev; Homebrew: zeromq)"
#endif

#endif
